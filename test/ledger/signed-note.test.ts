import { describe, expect, test } from "vitest";
import { openCheckpoint, readUncheckedCheckpoint, signCheckpoint } from "../../hub/ledger/checkpoint.ts";
import { EMPTY_ROOT } from "../../hub/ledger/merkle-hash.ts";
import { formatVerifierKey, openNote, parseVerifierKey } from "../../hub/ledger/signed-note.ts";
import { formatSigningKey, nameSigningKey, parseSigningKey, signingKeyFromSeed } from "../../hub/ledger/signing-key.ts";

/** The example of c2sp.org/signed-note. */
const EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE_NOTE =
  "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
/** The example of Go's golang.org/x/mod/sumdb/note. */
const GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
/** The example of c2sp.org/tlog-checkpoint, whose key is not published. */
const BEHIND_THE_SOFA =
  "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

const key = signingKeyFromSeed("millrace/test", Buffer.alloc(32, 7));

describe("known answers", () => {
  test.each([
    ["c2sp.org/signed-note", EXAMPLE_KEY, EXAMPLE_NOTE, "This is an example message.\n"],
    ["golang.org/x/mod/sumdb/note", GO_KEY, GO_NOTE, GO_TEXT],
  ])("%s: key id, verifier key and signature", (_from, verifierKey, note, text) => {
    const parsed = parseVerifierKey(verifierKey)!;
    const raw = Buffer.from(parsed.publicKey.export({ format: "jwk" }).x!, "base64url");
    expect(formatVerifierKey(parsed.name, raw)).toBe(verifierKey);
    expect(openNote(note, parsed)).toEqual({ text });
  });

  test("a key in Go's form signs to the same bytes and goes back into that form", () => {
    const signer = parseSigningKey(GO_SIGNER)!;
    expect(signer.verifierKey).toBe(GO_KEY);
    const blob = Buffer.concat([signer.id, signer.sign(GO_TEXT)]).toString("base64");
    expect(GO_NOTE).toBe(`${GO_TEXT}\n— PeterNeumann ${blob}\n`);
    const seed = Buffer.from(GO_SIGNER.split("+").slice(4).join("+"), "base64").subarray(1);
    expect(formatSigningKey("PeterNeumann", seed)).toBe(GO_SIGNER);
  });

  test("the example of a checkpoint is read", () => {
    const checkpoint = readUncheckedCheckpoint(BEHIND_THE_SOFA)!;
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163 });
    expect(Buffer.from(checkpoint.root).toString("base64")).toBe("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
  });
});

describe("a note", () => {
  const parsed = parseVerifierKey(EXAMPLE_KEY)!;
  const [text = "", line = ""] = EXAMPLE_NOTE.split("\n\n");

  test("is refused with any one byte changed", () => {
    const bytes = Buffer.from(EXAMPLE_NOTE);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(openNote(changed.toString("utf8"), parsed), `byte ${at}`).toHaveProperty("refused");
    }
  });

  test("may carry signatures of others, before and after", () => {
    const other = "— witness.example/w AAAAAAAA";
    expect(openNote(`${text}\n\n${other}\n${line}${other}\n`, parsed)).toEqual({ text: `${text}\n` });
  });

  test.each([
    ["without any signature", `${text}\n`],
    ["with others' signatures alone", `${text}\n\n— witness.example/w AAAAAAAA\n`],
    ["with the right signature and a false one of the same key", `${text}\n\n${line}${line.replace("OBH3", "OBH4")}`],
    ["with a line below that is no signature", `${text}\n\n${line}hello\n`],
    ["with a hyphen for the dash", `${text}\n\n${line.replace("—", "-")}`],
    ["with two signatures and an empty line between", `${text}\n\n${line}\n${line}`],
    ["with another line's end", EXAMPLE_NOTE.replaceAll("\n", "\r\n")],
    ["cut off", EXAMPLE_NOTE.slice(0, -1)],
    ["with more signatures than a note has", `${text}\n\n${line.repeat(101)}`],
    ["longer than a page", `${text.repeat(5_000)}\n\n${line}`],
    ["empty", ""],
    ["of an empty text", `\n\n${line}`],
  ])("%s is refused", (_what, note) => {
    expect(openNote(note, parsed)).toHaveProperty("refused");
  });
});

describe("a checkpoint", () => {
  const note = signCheckpoint({ size: 12, root: EMPTY_ROOT }, key);

  test("is three lines, an empty one and the signature", () => {
    expect(note.split("\n").slice(0, 4)).toEqual([
      "millrace/test",
      "12",
      "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      "",
    ]);
    expect(openCheckpoint(note, key.verifierKey)).toEqual({ origin: "millrace/test", size: 12, root: EMPTY_ROOT });
    expect(signCheckpoint({ size: 12, root: EMPTY_ROOT }, key)).toBe(note);
  });

  test("of another key, or for another log, is refused", () => {
    const other = signingKeyFromSeed("millrace/test", Buffer.alloc(32, 8));
    expect(openCheckpoint(note, other.verifierKey)).toHaveProperty("refused");
    expect(openCheckpoint(note, "millrace/test")).toHaveProperty("refused");
    const foreign = note.replace("millrace/test\n", "millrace/rest\n");
    expect(openCheckpoint(foreign, key.verifierKey)).toHaveProperty("refused");
  });

  const signed = (text: string) => {
    const blob = Buffer.concat([key.id, key.sign(text)]).toString("base64");
    return `${text}\n— ${key.name} ${blob}\n`;
  };
  const root = Buffer.from(EMPTY_ROOT).toString("base64");
  test.each([
    ["no size", `millrace/test\n\n${root}\n`],
    ["a zero before the size", `millrace/test\n012\n${root}\n`],
    ["a negative size", `millrace/test\n-1\n${root}\n`],
    ["a size past 2^53", `millrace/test\n9007199254740993\n${root}\n`],
    ["a short root", "millrace/test\n12\nAAAA\n"],
    ["a root with loose bits", `millrace/test\n12\n${root.replace("FU=", "FV=")}\n`],
    ["no root", "millrace/test\n12\n"],
    ["an empty line in it", `millrace/test\n12\n${root}\n\nmore\n`],
    ["another origin", `millrace/other\n12\n${root}\n`],
  ])("%s is refused, signed as it is", (_what, text) => {
    expect(openCheckpoint(signed(text), key.verifierKey)).toHaveProperty("refused");
  });

  test("with lines of others below the root is read", () => {
    expect(openCheckpoint(signed(`millrace/test\n12\n${root}\nmore\n`), key.verifierKey)).toMatchObject({ size: 12 });
  });
});

describe("a signing key", () => {
  test.each([
    ["its id is another's", GO_SIGNER.replace("c74f20a3", "c74f20a4")],
    ["its type is another", GO_SIGNER.replace("AYEK", "AoEK")],
    ["it is a public one", GO_KEY],
    ["it is cut off", GO_SIGNER.slice(0, -4)],
    ["it has a line's end", `${GO_SIGNER}\n`],
  ])("is none when %s", (_what, line) => {
    expect(parseSigningKey(line)).toBeUndefined();
  });

  test.each([
    ["its id is another's", EXAMPLE_KEY.replace("530d903a", "530d903b")],
    ["its name is another's", EXAMPLE_KEY.replace("foo", "fop")],
    ["it is of another type", EXAMPLE_KEY.replace("Aeky", "Auky")],
    ["its name has a blank", EXAMPLE_KEY.replace("/", " ")],
    ["it is empty", ""],
  ])("a verifier key is none when %s", (_what, text) => {
    expect(parseVerifierKey(text)).toBeUndefined();
  });

  test("has a name that a signature line can carry, whatever the community is called", () => {
    const seed = Buffer.alloc(32, 7);
    expect(nameSigningKey("Mühle & Söhne + Freunde", seed)).toMatch(/^millrace\/muhle-sohne-freunde\/[0-9a-f]{8}$/);
    expect(nameSigningKey("協同組合", seed)).toMatch(/^millrace\/community\/[0-9a-f]{8}$/);
    expect(nameSigningKey("x".repeat(200), seed).length).toBeLessThan(70);
    expect(nameSigningKey("a", seed)).not.toBe(nameSigningKey("a", Buffer.alloc(32, 8)));
    expect(() => signingKeyFromSeed("two words", seed)).toThrow(RangeError);
    expect(() => signingKeyFromSeed("a", seed.subarray(1))).toThrow(RangeError);
  });
});
