import type { ExplainedTier } from "../api/contract.ts";
import { useSpeech } from "../i18n/language.ts";
import { readQuota, roundingOf } from "./exact-quota.ts";

/** One step of the rule: its words, its formula with the numbers, the cap or the rounding. */
export function TierSteps({ tier }: { tier: ExplainedTier }) {
  const { texts, numbers } = useSpeech();
  const quota = readQuota(tier.quota);
  // Weights by consumption are energies and are shown as such; shares and heads are plain numbers.
  const weight = (text: string) => (tier.weight === "consumption" ? `${numbers.full(Number(text))} kWh` : text);
  if (quota === undefined || tier.weight_total === "0") return <p>{texts.why.rule[tier.rule]}</p>;
  const rounding = roundingOf(quota, tier);
  return (
    <>
      <p>{texts.why.rule[tier.rule]}</p>
      <p class="formula">
        <span>{numbers.full(tier.pool_mwh)} kWh</span> <span>× {weight(tier.weight_value)}</span>{" "}
        <span>÷ {weight(tier.weight_total)}</span>{" "}
        <b>
          = {numbers.full(quota.whole_mwh)}
          {quota.fraction !== null && "…"} kWh
        </b>
      </p>
      {rounding === "capped" ? (
        <p>{texts.why.capped(numbers.exact(tier.cap_mwh))}</p>
      ) : (
        <p>
          {texts.why.quota}{" "}
          <b>
            {numbers.count(quota.whole_mwh)}
            {quota.fraction !== null && ` ${quota.fraction}`} mWh
          </b>
          . {texts.why.rounding[rounding]} {rounding !== "exact" && <b>→ {numbers.exact(tier.allotted_mwh)} kWh</b>}
        </p>
      )}
    </>
  );
}
