import { useState } from "preact/hooks";
import type { Device } from "../../../../../hub/members/device.ts";
import type { Direction, Trial } from "../../api/device-contract.ts";
import { type Sender, useSending } from "../../state/use-sending.ts";
import { type Draft, documentOf, emptyDraft } from "./draft.ts";

export interface Adding {
  readonly draft: Draft;
  readonly change: (by: Partial<Draft>) => void;
  /** What the device said when it was asked with exactly this draft. */
  readonly trial: Trial | undefined;
  /** Rises with every trial that came back. */
  readonly trials: number;
  readonly trying: Sender;
  readonly read: () => Promise<void>;
  /** What the comparison said; it stays while import and export change places because of it. */
  readonly direction: Direction | undefined;
  readonly comparing: Sender;
  /** @param isGenerating a meter is compared with its trial, an inverter with the sun */
  readonly compare: (isGenerating: boolean) => Promise<void>;
  /** Let import and export change places, and look again. */
  readonly turn: () => Promise<void>;
}

interface Tried {
  readonly asked: string;
  readonly trial: Trial;
}

/** A device on its way into the hub: what is filled in, and what it said. */
export function useAdding(): Adding {
  const [draft, setDraft] = useState(emptyDraft);
  const [tried, setTried] = useState<Tried | undefined>(undefined);
  const [trials, setTrials] = useState(0);
  const [direction, setDirection] = useState<Direction | undefined>(undefined);
  const trying = useSending();
  const comparing = useSending();
  const trial = tried?.asked === JSON.stringify(documentOf(draft)) ? tried.trial : undefined;

  async function ask(document: Device): Promise<void> {
    const answer = await trying.send<Trial>({ method: "POST", path: "/api/devices/try", body: document });
    setTried(answer === undefined ? undefined : { asked: JSON.stringify(document), trial: answer });
    if (answer !== undefined) setTrials((count) => count + 1);
  }

  return {
    draft,
    change: (by) => setDraft((now) => ({ ...now, ...by })),
    trial,
    trials,
    trying,
    read: () => {
      setDirection(undefined);
      comparing.forget();
      return ask(documentOf(draft));
    },
    direction,
    comparing,
    async compare(isGenerating) {
      const before = isGenerating ? [] : (trial?.readings ?? []).map(({ series, value }) => ({ series, value }));
      const body = { document: documentOf(draft), before };
      setDirection(await comparing.send<Direction>({ method: "POST", path: "/api/devices/try/sign", body }));
    },
    turn: () => {
      const turned = { ...draft, isTurned: direction?.turned ?? !draft.isTurned };
      setDraft(turned);
      return ask(documentOf(turned));
    },
  };
}
