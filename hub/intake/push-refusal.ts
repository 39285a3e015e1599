import type { Socket } from "node:net";
import type { FastifyError, FastifyReply } from "fastify";
import { errorCodes, HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import { MAX_PACKET_BYTES } from "./limits.ts";
import { BUSY_RETRY_S, NOT_STORING_RETRY_S } from "./push-limits.ts";

/** What every refused request is answered with. */
export interface RefusalBody {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const SEE_PAGE = "docs/http-push.md says what a request looks like.";
const TOO_LARGE = new HubError("MESSAGE_TOO_LARGE", `the body is over the limit of ${MAX_PACKET_BYTES} bytes`, {
  remedy: "Send its records in several smaller requests.",
});
const WRONG_TYPE = new HubError("MEDIA_TYPE_REFUSED", "the body must be SenML JSON, sent as it is", {
  remedy: "Send Content-Type: application/senml+json (or application/json), and no Content-Encoding.",
});

/** Answer a request that failed, with the status of its code and when to come again. */
export function refusePush(fault: FastifyError | HubError, reply: FastifyReply, log: Log): FastifyReply {
  const known = fault instanceof HubError ? fault : ownFaultOf(fault);
  if (known instanceof HubError) return refuseKnown(known, reply);
  const { statusCode = 500, message } = known;
  if (statusCode < 500)
    return reply.status(statusCode).send(bodyOf({ code: "REQUEST_INVALID", message, remedy: SEE_PAGE }));
  log.error({ cause: known.stack }, "a pushed message failed");
  const remedy = "This is a bug in Millrace: see the hub's log and report it.";
  return reply.status(500).send(bodyOf({ code: "INTERNAL", message: "the hub could not answer", remedy }));
}

/** A request that is no HTTP, or that never came to its end; Fastify has no reply for it. */
export function refuseBrokenRequest(fault: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const isLate = fault.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const status = isLate ? "408 Request Timeout" : "400 Bad Request";
  const message = isLate ? "the request did not come to its end in time" : "this is no HTTP request";
  const body = JSON.stringify(bodyOf({ code: "REQUEST_INVALID", message, remedy: SEE_PAGE }));
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
}

export function invalidPush(message: string): HubError {
  return new HubError("REQUEST_INVALID", message, { remedy: SEE_PAGE });
}

export function wrongMediaType(): HubError {
  return WRONG_TYPE;
}

function refuseKnown(fault: HubError, reply: FastifyReply): FastifyReply {
  if (fault.code === "CREDENTIAL_REFUSED") reply.header("www-authenticate", 'Basic realm="Millrace", charset="UTF-8"');
  if (fault.code === "PUSH_BUSY") reply.header("retry-after", BUSY_RETRY_S);
  if (fault.code === "STORE_FAILED") reply.header("retry-after", NOT_STORING_RETRY_S);
  return reply.status(errorCodes[fault.code]).send(bodyOf(fault));
}

function ownFaultOf(fault: FastifyError): HubError | FastifyError {
  if (fault.code === "FST_ERR_CTP_BODY_TOO_LARGE") return TOO_LARGE;
  return fault.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" ? WRONG_TYPE : fault;
}

function bodyOf({ code, message, remedy }: RefusalBody): RefusalBody {
  return { code, message, remedy };
}
