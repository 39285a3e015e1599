/**
 * Faults in the world. Faults in data are values (`ReadingFault`, a missing interval) and are stored;
 * broken invariants throw plain errors and stop the process.
 */

/** code -> HTTP status where the API answers with it. Each code has a row in docs/errors.md; a test compares the two. */
export const errorCodes = {
  CONFIG_INVALID: 500,
  CONFIG_NOT_FOUND: 500,
  SECRET_UNUSABLE: 500,
  NODE_TOO_OLD: 500,
  PORT_IN_USE: 500,
  FOLDER_NOT_WRITABLE: 500,
  FOLDER_IN_USE: 503,
  NOT_LOOPBACK: 500,
  COMMAND_UNKNOWN: 500,
  COMMAND_ARGUMENT: 500,
  STORE_FAILED: 503,
  ENTRY_CONFLICT: 409,
  ENTRY_UNBALANCED: 500,
  LOG_SPLIT: 500,
  SIGNING_KEY_UNUSABLE: 500,
  ENTRY_INVALID: 422,
  ENTRY_ID_FAILED: 409,
  ENTRY_UNKNOWN: 404,
  ACCOUNT_UNKNOWN: 422,
  UNIT_UNKNOWN: 422,
  UNIT_CONFLICT: 409,
  LIMIT_EXCEEDED: 409,
  CHAIN_BROKEN: 409,
  HOLD_UNKNOWN: 404,
  HOLD_POSTED: 409,
  HOLD_VOIDED: 409,
  HOLD_EXPIRED: 409,
  HOLD_EXCEEDED: 422,
  ACTOR_REQUIRED: 401,
  ACTOR_REFUSED: 403,
  CASE_INVALID: 422,
  CASE_CONFLICT: 409,
  COMMUNITY_MISSING: 409,
  POLICY_INVALID: 422,
  COEFFICIENTS_INVALID: 422,
  REPLAY_MAP_INVALID: 422,
  REPLAY_ROW_INVALID: 422,
  BROKER_UNREACHABLE: 503,
  CREDENTIAL_EXISTS: 409,
  REGISTER_EVENT_INVALID: 422,
  DEVICE_INVALID: 422,
  DEVICE_DECLARED: 409,
  DEVICE_SILENT: 502,
  SCAN_TARGET_INVALID: 422,
  SCAN_RUNNING: 409,
  CREDENTIAL_REFUSED: 401,
  DEVICE_FOREIGN: 403,
  MESSAGE_TOO_LARGE: 413,
  PUSH_BUSY: 503,
  REQUEST_INVALID: 400,
  NOT_FOUND: 404,
  WEB_PAGES_MISSING: 500,
  HOST_REFUSED: 403,
  ORIGIN_REFUSED: 403,
  MEDIA_TYPE_REFUSED: 415,
  INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** A fault in the world with what people need to get out of it: a stable code, the cause and the remedy. */
export class HubError extends Error {
  override readonly name = "HubError";
  readonly code: ErrorCode;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
  /** True when the same call may succeed later without anybody doing anything. */
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly remedy: string; readonly retryable?: boolean; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.retryable = options.retryable ?? false;
  }
}
