/** Which address shows which screen. Each screen is a chunk of its own. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { meQuery } from "../api/me.ts";
import { Failed } from "../shell/Failed.tsx";
import { noteNavigation } from "../shell/navigation.ts";
import { Shell } from "../shell/Shell.tsx";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

/** All that needs somebody to be signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.query(meQuery);
    if (!me) throw redirect({ to: "/sign-in", search: { next: location.pathname === "/" ? undefined : location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/bots" });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } => (typeof search.next === "string" ? { next: search.next } : {}),
  component: lazyRouteComponent(() => import("../screens/sign-in/SignInScreen.tsx"), "SignInScreen"),
});

const bots = createRoute({
  getParentRoute: () => signedIn,
  path: "/bots",
  component: lazyRouteComponent(() => import("../screens/bots/BotsScreen.tsx"), "BotsScreen"),
});

const Builder = lazyRouteComponent(() => import("../screens/builder/BuilderScreen.tsx"), "BuilderScreen");
const builder = createRoute({
  getParentRoute: () => signedIn,
  path: "/bots/$functionId",
  component: function BuilderRoute() {
    const { functionId } = builder.useParams();
    // Another bot is another screen: nothing of the last one may live on.
    return <Builder key={functionId} functionId={functionId} />;
  },
});

const tree = root.addChildren([signIn, signedIn.addChildren([home, bots, builder])]);

export function newRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree: tree,
    basepath: "/app",
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: Failed,
  });
  router.subscribe("onBeforeNavigate", ({ fromLocation, pathChanged }) => {
    if (fromLocation && pathChanged) noteNavigation();
  });
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
