/** Webhook endpoints, their deliveries, and runs that send old events again. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "./client.ts";

export type Endpoint = Schemas["EndpointView"];
export type EndpointWish = Schemas["CreateEndpointBody"];
export type EndpointChanges = Schemas["UpdateEndpointBody"];
export type EventType = Schemas["EventType"];
export type EventSelection = Schemas["EventSelection"];
export type Delivery = Schemas["Delivery"];
export type DeliveryState = Schemas["DeliveryState"];
export type Resend = Schemas["Resend"];

/** All endpoints: there are few. */
export const endpointsQuery = queryOptions({
  queryKey: ["endpoints"],
  queryFn: async ({ signal }) =>
    (await body(api.GET("/api/v1/admin/webhook_endpoints", { params: { query: { limit: 200 } }, signal }))).data,
});

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", id],
    queryFn: ({ signal }) => body(api.GET("/api/v1/admin/webhook_endpoints/{id}", { params: { path: { id } }, signal })),
  });

export const createEndpoint = (wish: EndpointWish) => body(api.POST("/api/v1/admin/webhook_endpoints", { body: wish }));

/** Refused with 412 when somebody else changed the endpoint after `revision`. */
export const updateEndpoint = (id: string, revision: number, changes: EndpointChanges): Promise<Endpoint> =>
  body(
    api.PATCH("/api/v1/admin/webhook_endpoints/{id}", { params: { path: { id }, header: { "If-Match": `"${revision}"` } }, body: changes }),
  );

export const deleteEndpoint = async (id: string): Promise<void> => {
  await api.DELETE("/api/v1/admin/webhook_endpoints/{id}", { params: { path: { id } } });
};

export const endpointSecret = (id: string): Promise<Schemas["SecretView"]> =>
  body(api.GET("/api/v1/admin/webhook_endpoints/{id}/secret", { params: { path: { id } } }));

/** Makes a new secret; the old one signs as well for that many hours. */
export const rotateSecret = (id: string, overlapHours: number): Promise<Schemas["SecretView"]> =>
  body(api.POST("/api/v1/admin/webhook_endpoints/{id}/rotate_secret", { params: { path: { id } }, body: { overlap_hours: overlapHours } }));

export const testEndpoint = (id: string, type: EventType) =>
  body(api.POST("/api/v1/admin/webhook_endpoints/{id}/test", { params: { path: { id } }, body: { type } }));

export type TestResult = Awaited<ReturnType<typeof testEndpoint>>;

export interface DeliveryFilter {
  endpoint_id?: string;
  state?: DeliveryState;
  type?: EventType;
  since?: string;
}

export const deliveriesQuery = (filter: DeliveryFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", filter, limit],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      body(api.GET("/api/v1/admin/deliveries", { params: { query: { ...filter, limit, cursor: pageParam || undefined } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** The newest delivery that fits, to notice that there are new ones. */
export const newestDeliveryQuery = (filter: DeliveryFilter) =>
  queryOptions({
    queryKey: ["newest-delivery", filter],
    queryFn: async ({ signal }) =>
      (await body(api.GET("/api/v1/admin/deliveries", { params: { query: { ...filter, limit: 1 } }, signal }))).data[0] ?? null,
  });

const readDelivery = (id: string, signal: AbortSignal) =>
  body(api.GET("/api/v1/admin/deliveries/{id}", { params: { path: { id } }, signal }));

export type DeliveryDetail = Awaited<ReturnType<typeof readDelivery>>;
export type Attempt = DeliveryDetail["attempt_log"][number];

export const deliveryQuery = (id: string) =>
  queryOptions({ queryKey: ["deliveries", id], queryFn: ({ signal }) => readDelivery(id, signal) });

export const retryDelivery = async (id: string): Promise<void> => {
  await api.POST("/api/v1/admin/deliveries/{id}/retry", { params: { path: { id } } });
};

/** The last runs, newest first. */
export const resendsQuery = queryOptions({
  queryKey: ["resends"],
  queryFn: async ({ signal }) => (await body(api.GET("/api/v1/admin/resends", { params: { query: { limit: 20 } }, signal }))).data,
});

export const startResend = (wish: Schemas["StartResendBody"]): Promise<Resend> => body(api.POST("/api/v1/admin/resends", { body: wish }));

export const cancelResend = async (id: string): Promise<void> => {
  await api.POST("/api/v1/admin/resends/{id}/cancel", { params: { path: { id } } });
};
