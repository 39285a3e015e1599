/** Standard Base64 with padding (RFC 4648, section 4), as signed notes and proofs write bytes. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/**
 * Node reads Base64 leniently: it passes over foreign characters and loose bits at the end, so that many texts stand for
 * the same bytes. Here each has one spelling, and any other is undefined.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
