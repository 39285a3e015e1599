#!/usr/bin/env node
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { argv, exit, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * Checks a proof that a Millrace hub gave you, on your own machine. It needs Node 20 or newer and nothing else, and shares
 * no code with the hub. docs/proofs.md describes the format.
 */
const USAGE = `node verify-proof.mjs PROOF.json [--key KEY] [--older CHECKPOINT.txt]
  --key KEY      the hub's public key as you know it, from your statement or from your neighbours: name+id+key
  --older FILE   a checkpoint of the hub that you kept; shows that nothing in the log has changed since then
Prints what was proved. The exit code is 0 when all of it holds and 1 when anything does not.`;

/** @throws Error with the reason when a claim does not hold */
function demand(holds, reason) {
  if (!holds) throw new Error(reason);
}

// SHA-256 with a 0 before a leaf and a 1 before two hashes (RFC 6962, 2.1).
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hashLeaf = (data) => sha256(Buffer.of(0), data);
const hashPair = (left, right) => sha256(Buffer.of(1), left, right);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

function decodeBase64(text, what, length) {
  const bytes = Buffer.from(typeof text === "string" ? text : "", "base64");
  demand(bytes.toString("base64") === text, `${what} is not Base64`);
  demand(length === undefined || bytes.length === length, `${what} has not ${length} bytes`);
  return bytes;
}

function decodePath(list, what) {
  demand(Array.isArray(list), `${what} is not a list of hashes`);
  return list.map((text, at) => decodeBase64(text, `hash ${at + 1} of ${what}`, 32));
}

function parseJson(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON`);
  }
}

/** Nothing is passed over: what this program does not check, it does not let stand. */
function demandFields(value, needed, allowed, what) {
  demand(typeof value === "object" && value !== null && !Array.isArray(value), `${what} is not an object`);
  for (const name of needed) demand(Object.hasOwn(value, name), `${what} has no ${name}`);
  const odd = Object.keys(value).find((name) => ![...needed, ...allowed].includes(name));
  demand(odd === undefined, `${what} has an unknown field ${odd}`);
}

/** Where a tree of that many leaves parts: the largest power of two below. */
function partOf(size) {
  let part = 1;
  while (part * 2 < size) part *= 2;
  return part;
}

/** The root that a leaf and its path lead to; the last hash of a path is that of the tree's other part. */
function rootOfLeaf(leafHash, index, size, path) {
  demand(path.length > 0 === size > 1, "a path is not as long as its tree is high");
  if (size === 1) return leafHash;
  const [part, beside, rest] = [partOf(size), path.at(-1), path.slice(0, -1)];
  if (index < part) return hashPair(rootOfLeaf(leafHash, index, part, rest), beside);
  return hashPair(beside, rootOfLeaf(leafHash, index - part, size - part, rest));
}

/**
 * The roots of the older and of the newer tree that a consistency path leads to (RFC 6962, 2.1.2). Where both have a piece
 * in common its hash ends the search: either it is the whole older tree, whose root is known, or the path brings it.
 */
function rootsOfPath(older, newer, path, knownRoot) {
  if (older === newer) {
    demand(path.length === (knownRoot ? 0 : 1), "the path between the checkpoints has a wrong length");
    return [knownRoot ?? path[0], knownRoot ?? path[0]];
  }
  demand(path.length > 0, "the path between the checkpoints is missing or too short");
  const [part, beside, rest] = [partOf(newer), path.at(-1), path.slice(0, -1)];
  if (older > part) return rootsOfPath(older - part, newer - part, rest).map((root) => hashPair(beside, root));
  const [olderRoot, newerRoot] = rootsOfPath(older, part, rest, knownRoot);
  return [olderRoot, hashPair(newerRoot, beside)];
}

/** name+id+key -> what checks its signatures (c2sp.org/signed-note). */
function readKey(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const typed = decodeBase64(encoded, "the key", 33);
  demand(typed[0] === 1, "the key is no Ed25519 key");
  demand(
    sha256(Buffer.from(`${name}\n`), typed)
      .toString("hex")
      .startsWith(id),
    "the key's id is not its own",
  );
  const jwk = { kty: "OKP", crv: "Ed25519", x: typed.subarray(1).toString("base64url") };
  return { name, id, publicKey: createPublicKey({ key: jwk, format: "jwk" }) };
}

/** A signed checkpoint -> its size and root, if the key signed it (c2sp.org/tlog-checkpoint). */
function readCheckpoint(note, key, what) {
  demand(typeof note === "string" && note.endsWith("\n") && note.lastIndexOf("\n\n") > 0, `${what} is no signed note`);
  const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
  let isSigned = false;
  for (const line of note.slice(text.length + 1, -1).split("\n")) {
    const [, name, encoded] = /^\u2014 ([^+\s]+) (\S+)$/.exec(line) ?? [];
    const bytes = decodeBase64(encoded, `a signature of ${what}`);
    if (name !== key.name || bytes.subarray(0, 4).toString("hex") !== key.id) continue;
    isSigned = verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4));
    demand(isSigned, `the signature of ${what} is false`);
  }
  demand(isSigned, `${what} is not signed with the key ${key.name}+${key.id}`);
  const [origin, digits, root] = text.split("\n");
  demand(origin === key.name, `${what} is of another log, ${origin}`);
  demand(/^(0|[1-9]\d*)$/.test(digits) && isCount(Number(digits)), `${what} has no size`);
  return { size: Number(digits), root: decodeBase64(root, `the root of ${what}`, 32) };
}

function checkOlder(note, key, newer, path) {
  const older = readCheckpoint(note, key, "your older checkpoint");
  demand(older.size <= newer.size, `your checkpoint is newer: it covers ${older.size} entries, this one ${newer.size}`);
  const hashes = decodePath(path ?? [], "the path between the checkpoints");
  // An empty log is the beginning of every log, and needs no path.
  const isEmpty = older.size === 0 && hashes.length === 0;
  const reached = isEmpty ? [sha256(), newer.root] : rootsOfPath(older.size, newer.size, hashes, older.root);
  const isBeginning = reached[0].equals(older.root) && reached[1].equals(newer.root);
  demand(isBeginning, `the first ${older.size} entries are NOT shown to be those of your older checkpoint`);
  return `The ${older.size} entries of your older checkpoint stand unchanged at its beginning.`;
}

function checkColumn(column, entry) {
  demandFields(column, ["text", "salt", "path"], [], "the column");
  const { day, version, member, position, of, cells } = parseJson(column.text, "the column's text");
  demand(isCount(position) && isCount(of) && position < of, "the column has no place");
  demand(day === entry.day, `the column is of ${day}, the entry of ${entry.day}`);
  const leafHash = hashLeaf(Buffer.concat([decodeBase64(column.salt, "the salt", 32), Buffer.from(column.text)]));
  const root = rootOfLeaf(leafHash, position, of, decodePath(column.path, "the column's path"));
  demand(root.toString("hex") === entry.columns_root, "the column is NOT one of those that the entry was booked with");
  const sums = Object.entries(cells).map(([name, values]) => {
    const sum = values.reduce((total, value) => total + (typeof value === "number" ? BigInt(value) : 0n), 0n);
    return `  ${name}: ${values.length} intervals, ${sum} in all`;
  });
  return [`The column of ${member} on ${day}, version ${version}, is one of the ${of} behind that entry:`, ...sums];
}

/**
 * @param text    the proof, JSON
 * @param options the key you trust and the checkpoint you kept, both texts
 * @returns       what was proved, line by line
 * @throws Error with the reason when anything does not hold
 */
export function verifyProof(text, { key: trusted, older } = {}) {
  const proof = parseJson(text, "the proof");
  const needed = ["format", "leaf", "index", "path", "checkpoint", "key"];
  demandFields(proof, needed, ["column", "consistency_path"], "the proof");
  const { leaf, index, key: keyText } = proof;
  demand(proof.format === "millrace-proof-1", "the proof is of a format that this program does not know");
  demand(typeof keyText === "string" && typeof leaf === "string", "key or leaf is no text");
  demand(trusted === undefined || keyText === trusted, "the proof is signed with another key than the one you trust");
  const key = readKey(keyText);
  const signed = readCheckpoint(proof.checkpoint, key, "the checkpoint");
  demand(isCount(index) && index < signed.size, "the log has no entry of this index");
  const root = rootOfLeaf(hashLeaf(Buffer.from(leaf)), index, signed.size, decodePath(proof.path, "the path"));
  demand(root.equals(signed.root), "the entry is NOT in the log that was signed");
  const lines = [
    `${key.name} signed a log of ${signed.size} entries with the key ${keyText}`,
    `Entry ${index + 1} of that log says: ${leaf}`,
  ];
  if (proof.column !== undefined) lines.push(...checkColumn(proof.column, parseJson(leaf, "the entry")));
  if (older !== undefined) lines.push(checkOlder(older, key, signed, proof.consistency_path));
  if (trusted === undefined)
    lines.push("The key was NOT compared: give the one you know with --key, or compare it by eye.");
  if (older === undefined)
    lines.push("No older checkpoint was compared: keep this one, and give it with --older next time.");
  return lines;
}

function main(args) {
  const options = { key: { type: "string" }, older: { type: "string" } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  demand(positionals.length === 1, USAGE);
  const older = values.older === undefined ? undefined : readFileSync(values.older, "utf8");
  return verifyProof(readFileSync(positionals[0], "utf8"), { key: values.key, older });
}

if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    // What a proof says is shown without characters that could play with the screen.
    const lines = main(argv.slice(2)).map((line) => line.replaceAll(/\p{Cc}/gu, "?"));
    stdout.write(`${lines.join("\n")}\nEverything above holds.\n`);
  } catch (cause) {
    stdout.write(`REFUSED: ${cause.message}\n`);
    exit(1);
  }
}
