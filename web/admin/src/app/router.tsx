/** Which address shows which screen. Each screen is a chunk of its own. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type SearchSchemaInput,
  stripSearchParams,
} from "@tanstack/react-router";
import { meQuery } from "../api/me.ts";
import { setupQuery } from "../api/setup.ts";
import { type ChatSearch, FIRST_LIST, readChatSearch } from "../desk/chatSearch.ts";
import { ALL_BOTS, type BotFilter, readBotFilter } from "../screens/bots/botFilter.ts";
import { ownAddress } from "../screens/entry/ownAddress.ts";
import { type LogSearch, readLogSearch } from "../screens/logs/logSearch.ts";
import { ALL_DELIVERIES, type DeliverySearch, readDeliverySearch } from "../screens/settings/deliveries/deliverySearch.ts";
import { firstSetting } from "../screens/settings/settingsMenu.ts";
import { readUserSearch, type UserSearch } from "../screens/users/userSearch.ts";
import { Failed } from "../shell/Failed.tsx";
import { Missing } from "../shell/Missing.tsx";
import { noteNavigation } from "../shell/navigation.ts";
import { Waiting } from "../ui/Waiting.tsx";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });

/** What may stand in an address: any of it may be missing or nonsense. */
type Loose<Search> = { [Key in keyof Search]?: unknown } & SearchSchemaInput;

/** All that needs somebody to be signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: lazyRouteComponent(() => import("../shell/Shell.tsx"), "Shell"),
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.fetchQuery(meQuery);
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

/** Why somebody is asked to sign in. */
const WHY = ["idle", "ended", "elsewhere", "setUp"] as const;
type Why = (typeof WHY)[number];

interface SignInSearch {
  /** Where to go afterwards. */
  next?: string;
  why?: Why;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: ({ next, why }: Record<string, unknown>): SignInSearch => ({
    next: typeof next === "string" ? next : undefined,
    why: WHY.find((it) => it === why),
  }),
  beforeLoad: async ({ context, search }) => {
    if (await needsSetup(context.queries)) throw redirect({ to: "/setup" });
    if (await context.queries.fetchQuery(meQuery)) throw redirect({ to: ownAddress(search.next) });
  },
  component: lazyRouteComponent(() => import("../screens/entry/SignInScreen.tsx"), "SignInScreen"),
});

/** Whether the server waits for its first workspace; one that does not say so is set up. */
async function needsSetup(queries: QueryClient): Promise<boolean> {
  try {
    return (await queries.fetchQuery(setupQuery)).needed;
  } catch {
    return false;
  }
}

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  beforeLoad: async ({ context }) => {
    if (!(await needsSetup(context.queries))) throw redirect({ to: "/sign-in", search: { why: "setUp" } });
  },
  component: lazyRouteComponent(() => import("../screens/entry/SetupScreen.tsx"), "SetupScreen"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("../screens/entry/InvitationScreen.tsx"), "InvitationScreen"),
});

const bots = createRoute({
  getParentRoute: () => signedIn,
  path: "/bots",
  validateSearch: (search: Loose<BotFilter>) => readBotFilter(search),
  search: { middlewares: [stripSearchParams(ALL_BOTS)] },
  component: lazyRouteComponent(() => import("../screens/bots/BotsScreen.tsx"), "BotsScreen"),
});

const templates = createRoute({
  getParentRoute: () => signedIn,
  path: "/templates",
  component: lazyRouteComponent(() => import("../screens/templates/TemplatesScreen.tsx"), "TemplatesScreen"),
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

const users = createRoute({
  getParentRoute: () => signedIn,
  path: "/users",
  validateSearch: (search: Loose<UserSearch>) => readUserSearch(search),
  search: { middlewares: [stripSearchParams({ changed: "any" as const })] },
  component: lazyRouteComponent(() => import("../screens/users/UsersScreen.tsx"), "UsersScreen"),
});

const User = lazyRouteComponent(() => import("../screens/users/UserScreen.tsx"), "UserScreen");
const user = createRoute({
  getParentRoute: () => signedIn,
  path: "/users/$userId",
  component: function UserRoute() {
    const { userId } = user.useParams();
    return <User key={userId} />;
  },
});

const chats = createRoute({
  getParentRoute: () => signedIn,
  path: "/chats",
  validateSearch: (search: Loose<ChatSearch>) => readChatSearch(search),
  search: { middlewares: [stripSearchParams({ list: FIRST_LIST })] },
  component: lazyRouteComponent(() => import("../screens/chats/ChatsScreen.tsx"), "ChatsScreen"),
});

/** The screen around it shows the chat, so that lists and focus stay while one goes from chat to chat. */
const chat = createRoute({ getParentRoute: () => chats, path: "/$sessionId" });

const logs = createRoute({
  getParentRoute: () => signedIn,
  path: "/logs",
  validateSearch: (search: Loose<LogSearch>) => readLogSearch(search),
  component: lazyRouteComponent(() => import("../screens/logs/LogsScreen.tsx"), "LogsScreen"),
});

const Log = lazyRouteComponent(() => import("../screens/logs/LogScreen.tsx"), "LogScreen");
const log = createRoute({
  getParentRoute: () => signedIn,
  path: "/logs/$sessionId",
  component: function LogRoute() {
    const { sessionId } = log.useParams();
    return <Log key={sessionId} />;
  },
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  component: lazyRouteComponent(() => import("../screens/settings/SettingsFrame.tsx"), "SettingsFrame"),
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: async ({ context }) => {
    const me = await context.queries.fetchQuery(meQuery);
    throw redirect({ to: firstSetting(me?.permissions ?? []) });
  },
});

const apiAndWebhook = createRoute({
  getParentRoute: () => settings,
  path: "/advanced/api-and-webhook",
});

const apiHome = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/advanced/api-and-webhook/tokens" });
  },
});

const tokens = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/tokens",
  component: lazyRouteComponent(() => import("../screens/settings/tokens/TokensScreen.tsx"), "TokensScreen"),
});

const endpoints = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/endpoints",
  component: lazyRouteComponent(() => import("../screens/settings/endpoints/EndpointsScreen.tsx"), "EndpointsScreen"),
});

const newEndpoint = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/endpoints/new",
  component: lazyRouteComponent(() => import("../screens/settings/endpoints/NewEndpointScreen.tsx"), "NewEndpointScreen"),
});

const endpoint = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/endpoints/$endpointId",
  component: lazyRouteComponent(() => import("../screens/settings/endpoints/EndpointScreen.tsx"), "EndpointScreen"),
});

const deliveries = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/deliveries",
  validateSearch: (search: Loose<DeliverySearch>) => readDeliverySearch(search),
  search: { middlewares: [stripSearchParams({ within: ALL_DELIVERIES.within })] },
  component: lazyRouteComponent(() => import("../screens/settings/deliveries/DeliveriesScreen.tsx"), "DeliveriesScreen"),
});

const delivery = createRoute({
  getParentRoute: () => apiAndWebhook,
  path: "/deliveries/$deliveryId",
  component: lazyRouteComponent(() => import("../screens/settings/deliveries/DeliveryScreen.tsx"), "DeliveryScreen"),
});

const workspace = createRoute({
  getParentRoute: () => settings,
  path: "/workspace",
  component: lazyRouteComponent(() => import("../screens/settings/workspace/WorkspaceScreen.tsx"), "WorkspaceScreen"),
});

const agents = createRoute({
  getParentRoute: () => settings,
  path: "/agents",
  component: lazyRouteComponent(() => import("../screens/settings/agents/AgentsScreen.tsx"), "AgentsScreen"),
});

const hours = createRoute({
  getParentRoute: () => settings,
  path: "/opening-hours",
  component: lazyRouteComponent(() => import("../screens/settings/hours/HoursScreen.tsx"), "HoursScreen"),
});

const canned = createRoute({
  getParentRoute: () => settings,
  path: "/canned-replies",
  component: lazyRouteComponent(() => import("../screens/settings/canned/CannedScreen.tsx"), "CannedScreen"),
});

const chitChat = createRoute({
  getParentRoute: () => settings,
  path: "/chit-chat",
  component: lazyRouteComponent(() => import("../screens/settings/chit_chat/ChitChatScreen.tsx"), "ChitChatScreen"),
});

const fields = createRoute({
  getParentRoute: () => settings,
  path: "/fields",
  component: lazyRouteComponent(() => import("../screens/settings/definitions/FieldsScreen.tsx"), "FieldsScreen"),
});

const flags = createRoute({
  getParentRoute: () => settings,
  path: "/flags",
  component: lazyRouteComponent(() => import("../screens/settings/definitions/FlagsScreen.tsx"), "FlagsScreen"),
});

const goals = createRoute({
  getParentRoute: () => settings,
  path: "/goals",
  component: lazyRouteComponent(() => import("../screens/settings/definitions/GoalsScreen.tsx"), "GoalsScreen"),
});

const secrets = createRoute({
  getParentRoute: () => settings,
  path: "/advanced/secrets",
  component: lazyRouteComponent(() => import("../screens/settings/secrets/SecretsScreen.tsx"), "SecretsScreen"),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyRouteComponent(() => import("../screens/account/AccountScreen.tsx"), "AccountScreen"),
});

const settingsTree = settings.addChildren([
  settingsHome,
  workspace,
  agents,
  hours,
  canned,
  chitChat,
  fields,
  flags,
  goals,
  secrets,
  apiAndWebhook.addChildren([apiHome, tokens, endpoints, newEndpoint, endpoint, deliveries, delivery]),
]);

const tree = root.addChildren([
  signIn,
  setup,
  invitation,
  signedIn.addChildren([home, chats.addChildren([chat]), bots, templates, builder, users, user, logs, log, account, settingsTree]),
]);

export function newRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree: tree,
    basepath: "/app",
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    scrollToTopSelectors: ["#main"],
    defaultErrorComponent: Failed,
    defaultNotFoundComponent: Missing,
    defaultPendingComponent: Waiting,
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
