import { expect, test } from "vitest";
import { readyMadePolicies } from "../../hub/allocation/ready-made/catalogue.ts";
import { openApi } from "./open-api.ts";

const equal = { name: "equal", tiers: [{ weight: { kind: "equal" } }], surplus: "to_grid" };

test("another rule shows who gains and who loses, and books nothing", async () => {
  await using api = await openApi();
  const { status, body } = await api.send("POST", "/api/policies/preview", {
    ...{ policy: equal, from: "2026-06-13", to: "2026-06-13" },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ intervals: 24, pool_mwh: 14 * 900_000, surplus_before_mwh: 0 });
  const [ann, ben] = body.members;
  expect(ann).toMatchObject({ member: "ann", before_mwh: 14 * 327_273, after_mwh: 14 * 400_000 });
  expect(ann.difference_mwh + ben.difference_mwh).toBe(body.surplus_before_mwh - body.surplus_after_mwh);
  expect((await api.get("/api/entries?limit=10")).body).toHaveLength(1);
});

test("a rule that cannot work is refused with what to do", async () => {
  await using api = await openApi();
  const policy = { ...equal, tiers: [{ weight: { kind: "fixed", shares: { ann: "0.6", bern: "0.6" } } }] };
  expect(
    await api.send("POST", "/api/policies/preview", { policy, from: "2026-06-13", to: "2026-06-13" }),
  ).toMatchObject({ status: 422, body: { code: "POLICY_INVALID", message: expect.stringMatching(/bern/) } });
});

test("every ready-made rule is shown in words, filled in for this community, and can be previewed", async () => {
  await using api = await openApi();
  const { body } = await api.get("/api/policies");
  expect(body).toHaveLength(readyMadePolicies.length);
  expect(body.length).toBeGreaterThan(20);
  for (const { id, text, policy } of body) {
    expect(text.length, id).toBeGreaterThan(20);
    const preview = await api.send("POST", "/api/policies/preview", { policy, from: "2026-06-13", to: "2026-06-13" });
    expect(preview.status, `${id}: ${JSON.stringify(preview.body).slice(0, 200)}`).toBe(200);
  }
});
