import type { CommunityDay } from "../api/contract.ts";
import { useSpeech } from "../i18n/language.ts";
import { FigureCard } from "../shell/figure-card.tsx";

/** The day in four figures and one sentence. */
export function DayFigures({ totals }: { totals: CommunityDay["totals"] }) {
  const { texts, numbers } = useSpeech();
  // A day of which nothing is known yet has no energy, which is not the energy 0.
  const isKnown = totals.shared_intervals > 0;
  const figures = [
    {
      name: "generation",
      mark: "generation",
      label: texts.day.generation,
      mwh: totals.generation_mwh,
      hint: texts.day.generationHint,
    },
    {
      name: "consumption",
      mark: "consumption",
      label: texts.day.consumption,
      mwh: totals.consumption_mwh,
      hint: texts.day.consumptionHint,
    },
    { name: "shared", mark: "shared", label: texts.day.shared, mwh: totals.shared_mwh, hint: texts.day.sharedHint },
    {
      name: "from-grid",
      mark: "grid",
      label: texts.day.fromGrid,
      mwh: totals.from_grid_mwh,
      hint: texts.day.fromGridHint,
    },
  ] as const;
  return (
    <>
      <dl class="figures">
        {figures.map(({ mwh, ...figure }) => (
          <FigureCard key={figure.name} {...figure} value={numbers.day(isKnown ? mwh : null)} unit="kWh" />
        ))}
      </dl>
      <p class="story">
        {totals.consumption_mwh > 0 && texts.day.ownShare(numbers.percent(totals.shared_mwh, totals.consumption_mwh))}{" "}
        {totals.surplus_mwh > 0 && texts.day.surplusSentence(numbers.day(totals.surplus_mwh))}
      </p>
    </>
  );
}
