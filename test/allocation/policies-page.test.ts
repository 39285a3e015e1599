import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { describePolicy } from "../../hub/allocation/describe-policy.ts";
import { readyMadePolicies } from "../../hub/allocation/ready-made/catalogue.ts";
import type { ReadyMadePolicy } from "../../hub/allocation/ready-made/ready-made-policy.ts";

const PAGE = join(import.meta.dirname, "../../docs/policies.md");
const BEGIN =
  "<!-- ready-made policies, written by UPDATE_GOLDEN=1 npx vitest run test/allocation/policies-page.test.ts -->\n";

function exampleOf({ id, country, scheme, source, remark, policyFor }: ReadyMadePolicy): string {
  const policy = policyFor(["home-1", "home-2"], ["roof-a", "roof-b"]);
  return [
    `### ${country}: ${scheme}`,
    `\`${id}\`. ${describePolicy(policy)}`,
    `Source: ${source}.${remark === undefined ? "" : ` ${remark}`}`,
    `\`\`\`yaml\n${stringify({ policy })}\`\`\``,
  ].join("\n\n");
}

test("docs/policies.md shows every ready-made policy as it is (set UPDATE_GOLDEN=1 to write it anew)", () => {
  const [head = "", shown = ""] = readFileSync(PAGE, "utf8").split(BEGIN);
  const examples = `\n${readyMadePolicies.map(exampleOf).join("\n\n")}\n`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(PAGE, head + BEGIN + examples);
  else expect(shown).toBe(examples);
});
