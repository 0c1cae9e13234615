// Calls to the daemon: typed by the vocabulary, over the Connect protocol, with the session's cookie.
import {
  create,
  type DescMessage,
  type DescService,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  encodeBinaryHeader,
  type Client,
  type Interceptor,
} from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { BadRequestSchema, ErrorInfoSchema } from "../gen/google/rpc/error_details_pb";
import { session } from "./session.svelte";
import { t } from "./i18n.svelte";
import { Unread } from "./format";
import { hasWords, refused } from "./refusals";

// What personal data is wanted for goes with each call, in any script: headers hold ASCII alone.
export function purposeHeader(): Record<string, string> {
  return session.purpose ? { "klaim-purpose-bin": encodeBinaryHeader(new TextEncoder().encode(session.purpose)) } : {};
}

const headers: Interceptor = (next) => async (request) => {
  for (const [name, value] of Object.entries(purposeHeader())) request.header.set(name, value);
  if (session.asOf && !request.method.name.startsWith("GetOwn")) request.header.set("klaim-as-of", session.asOf);
  try {
    return await next(request);
  } catch (error) {
    // Whoever was signed in signs in again over the page as it is: nothing that was typed is lost.
    if (error instanceof ConnectError && error.code === Code.Unauthenticated && session.account) session.expired = true;
    throw error;
  }
};

// What was just recorded is in every answer that follows: a list waits until it is.
let recorded = 0n;
export function noteRecorded(receipt: { sequence: bigint } | undefined): void {
  if (receipt && receipt.sequence > recorded) recorded = receipt.sequence;
}
const ownWrites: Interceptor = (next) => async (request) => {
  if (
    !request.stream &&
    !session.asOf &&
    "atLeastSequence" in request.message &&
    request.message.atLeastSequence === 0n
  )
    (request.message as { atLeastSequence: bigint }).atLeastSequence = recorded;
  const answer = await next(request);
  if (!answer.stream) noteRecorded((answer.message as { receipt?: { sequence: bigint } }).receipt);
  return answer;
};

const transport = createConnectTransport({
  baseUrl: globalThis.location?.origin ?? "",
  useBinaryFormat: true,
  interceptors: [headers, ownWrites],
});

const clients = new Map<string, unknown>();

export function api<S extends DescService>(service: S): Client<S> {
  let client = clients.get(service.typeName) as Client<S> | undefined;
  if (!client) clients.set(service.typeName, (client = createClient(service, transport)));
  return client;
}

// A name for a request that is made once: repeating it after a lost answer changes nothing.
export function requestId(): string {
  return crypto.randomUUID();
}

export interface Failure {
  text: string;
  fields: Map<string, string>;
  code: Code;
}

// What went wrong, for a person: the daemon's own words say which field and what to do.
export function failureOf(error: unknown): Failure {
  if (error instanceof Unread) return { text: error.message, fields: new Map(), code: Code.InvalidArgument };
  const connect = ConnectError.from(error);
  const fields = new Map<string, string>();
  const reasons = connect.findDetails(ErrorInfoSchema);
  for (const detail of connect.findDetails(BadRequestSchema)) {
    for (const [i, violation] of detail.fieldViolations.entries())
      fields.set(violation.field, refused(reasons[i], violation.description));
  }
  const offline =
    connect.code === Code.Unavailable || connect.cause instanceof TypeError || connect.code === Code.Unknown;
  const text =
    connect.code === Code.Unauthenticated && session.account
      ? t("error.session")
      : connect.cause instanceof TypeError || (offline && !navigator.onLine)
        ? t("error.network")
        : fields.size > 1 || (fields.size === 1 && hasWords(reasons[0]))
          ? [...fields].map(([field, what]) => `${what} (${field})`).join("; ")
          : refused(reasons[0], connect.rawMessage);
  return { text, fields, code: connect.code };
}

export function make<D extends DescMessage>(schema: D, init?: MessageInitShape<D>): MessageShape<D> {
  return create(schema, init);
}
