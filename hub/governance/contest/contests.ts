import { sha256Hex } from "../../canonical-json.ts";
import { HubError } from "../../errors.ts";
import type { EntryStore } from "../../ledger/entry-store.ts";
import { type Actor, hubActor } from "../../members/actor.ts";
import type { CommunityStore } from "../../members/community.ts";
import type { RegisterEventLog } from "../../members/register-event.ts";
import type { CorrectionLog } from "../../series/corrections.ts";
import type { Settlement } from "../../settlement/settlement.ts";
import { type Clock, DAY, EpochMs } from "../../units.ts";
import { amendInputs, checkFinding, type Finding } from "./amend-inputs.ts";
import type { CaseState, CaseStep, DecidedStep, OpenedStep } from "./case.ts";
import { type CaseLog, contentOfStep, firstAlteredStep, type KeptStep } from "./case-log.ts";
import { caseConflict, checkStep, maySee, openingOf, stateOf } from "./contest.ts";
import { isUntouched } from "./evidence.ts";
import { freezeEvidence } from "./freeze-evidence.ts";
import { refuseLostReadings } from "./lost-readings.ts";

export interface ContestPorts {
  readonly cases: CaseLog;
  readonly entries: EntryStore;
  readonly communities: CommunityStore;
  readonly settlement: Settlement;
  readonly registerEvents: RegisterEventLog;
  /** The log whose corrections the settlement reads through. */
  readonly corrections: CorrectionLog;
  readonly clock: Clock;
}

/** What somebody asks for when they contest an entry. */
export interface Opening {
  /** Chosen by whoever asks, kept before it is sent, so that asking twice opens one case. */
  readonly id: string;
  readonly entry: string;
  readonly member: string;
  /** The contested intervals, half-open; the whole day without them. */
  readonly from_ms?: EpochMs;
  readonly to_ms?: EpochMs;
  readonly reason: string;
}

export interface Decision {
  readonly verdict: "upheld" | "rejected";
  readonly reason: string;
  /** What is wrong, in a case that is upheld. */
  readonly wrong: Finding | null;
}

/** A case as it stands. */
export interface CaseView {
  readonly id: string;
  readonly state: CaseState;
  readonly opened: OpenedStep;
  readonly steps: readonly CaseStep[];
  /** False when a kept step is not what was kept: somebody altered the books from outside. */
  readonly is_intact: boolean;
}

export interface EvidenceView {
  /** Its canonical form, byte for byte; null when it is gone or is not what was frozen. */
  readonly document: string | null;
  readonly is_intact: boolean;
}

/** Cases about entries. Every method refuses whoever may not ask it, with ACTOR_REFUSED. */
export interface Contests {
  /**
   * Open a case and freeze its evidence. The same opening again changes nothing.
   * @throws HubError NOT_FOUND for no such entry; CASE_INVALID, COMMUNITY_MISSING as `freezeEvidence`; CASE_CONFLICT for an
   *         id that another case has
   */
  open(opening: Opening, actor: Actor): Promise<CaseView>;
  /** @throws HubError NOT_FOUND; CASE_CONFLICT when it is decided or withdrawn already */
  withdraw(id: string, reason: string, actor: Actor): Promise<CaseView>;
  /**
   * Decide a case. One that is upheld is carried out at once: its inputs are amended and its day is settled anew, and the
   * case names the correcting entry. Deciding the same again carries out what was left undone, as `finish` does.
   * @throws HubError NOT_FOUND; CASE_CONFLICT; CASE_INVALID and REGISTER_EVENT_INVALID when what is wrong cannot be
   */
  decide(id: string, decision: Decision, actor: Actor): Promise<CaseView>;
  /**
   * Carry out every decision that was kept and not carried out, because the hub was killed in between.
   * @returns their cases
   */
  finish(): Promise<readonly string[]>;
  /** Newest first, only those the actor may see. */
  list(actor: Actor): Promise<readonly CaseView[]>;
  /** @throws HubError NOT_FOUND, also for a case the actor may not see */
  byId(id: string, actor: Actor): Promise<CaseView>;
  /** @throws HubError NOT_FOUND, also for a case the actor may not see */
  evidenceOf(id: string, actor: Actor): Promise<EvidenceView>;
}

/** Days until a case should be decided, where the community says nothing else. */
export const DECIDE_WITHIN_DAYS = 30;
/** Undecided cases one member may have: each keeps up to some megabytes of evidence for ever. */
const MOST_OPEN_CASES = 20;

export function createContests(ports: ContestPorts): Contests {
  const { cases, entries, communities, settlement, clock } = ports;
  let turn: Promise<unknown> = Promise.resolve();
  /** One write after the other: each is judged by what stands after the ones before it. */
  const inTurn = <T>(write: () => Promise<T>): Promise<T> => {
    const done = turn.then(write);
    turn = done.catch(() => {});
    return done;
  };

  const stepsOf = async (id: string): Promise<readonly CaseStep[]> => (await cases.stepsOf(id)).map(({ step }) => step);

  const viewOf = (kept: readonly KeptStep[]): CaseView | undefined => {
    const steps = kept.map(({ step }) => step);
    const [opened, state] = [openingOf(steps), stateOf(steps, clock())];
    if (opened === undefined || state === undefined) return undefined;
    return { id: opened.case, state, opened, steps, is_intact: firstAlteredStep(kept) === undefined };
  };

  const byId = async (id: string, actor: Actor): Promise<CaseView> => {
    const view = viewOf(await cases.stepsOf(id));
    if (view !== undefined && maySee(actor, view.opened)) return view;
    throw new HubError("NOT_FOUND", `there is no case ${id}`, { remedy: "See GET /api/contests for what there is." });
  };

  const list = async (actor: Actor): Promise<readonly CaseView[]> =>
    (await cases.cases())
      .flatMap((kept) => viewOf(kept) ?? [])
      .filter(({ opened }) => maySee(actor, opened))
      .toReversed();

  const open = async (opening: Opening, actor: Actor): Promise<CaseView> => {
    const { id, entry, member, reason } = opening;
    const now = clock();
    const booked = await entries.byId(entry);
    if (booked === undefined) {
      throw new HubError("NOT_FOUND", `there is no entry ${entry}`, { remedy: "See /api/entries for what there is." });
    }
    const from_ms = opening.from_ms ?? booked.entry.from_ms;
    const to_ms = opening.to_ms ?? booked.entry.to_ms;
    const rules = (await communities.current())?.community.contest;
    const step: OpenedStep = {
      ...{ step: "opened", case: id, by: actor.name, role: actor.role, reason, at_ms: now },
      ...{ entry, day: booked.entry.day, member, from_ms, to_ms, evidence_sha256: "" },
      due_ms: EpochMs(now + (rules?.decide_within_days ?? DECIDE_WITHIN_DAYS) * DAY),
    };
    const known = await stepsOf(id);
    const [first] = known;
    if (first !== undefined) {
      if (contentOfStep(first) === contentOfStep(step)) return byId(id, actor);
      throw caseConflict(`the id ${id} has another case`);
    }
    checkStep([], step, now);
    await refuseTooMany(member);
    const evidence = await freezeEvidence({ case: id, booked, member, from_ms, to_ms }, now, ports);
    await cases.open({ ...step, evidence_sha256: sha256Hex(evidence) }, evidence);
    return byId(id, actor);
  };

  const refuseTooMany = async (member: string): Promise<void> => {
    const all = (await cases.cases()).flatMap((kept) => viewOf(kept) ?? []);
    const undecided = all.filter(({ state, opened }) => {
      return opened.member === member && (state === "open" || state === "overdue");
    });
    if (undecided.length < MOST_OPEN_CASES) return;
    throw new HubError("CASE_INVALID", `${member} has ${undecided.length} cases that nobody decided yet`, {
      remedy: "Withdraw one of them, or wait until a steward has decided some.",
    });
  };

  /** Keep a later step; the same one again is kept already. @returns true when it was there before */
  const keep = async (steps: readonly CaseStep[], step: Exclude<CaseStep, OpenedStep>): Promise<boolean> => {
    const place = steps.findIndex((one) => contentOfStep(one) === contentOfStep(step));
    if (place >= 0) return true;
    checkStep(steps, step, step.at_ms);
    return (await cases.add(step, steps.length)) === "exists";
  };

  const withdraw = async (id: string, reason: string, actor: Actor): Promise<CaseView> => {
    await byId(id, actor);
    const said = { case: id, by: actor.name, role: actor.role, reason, at_ms: clock() };
    await keep(await stepsOf(id), { step: "withdrawn", ...said });
    return byId(id, actor);
  };

  const decide = async (id: string, { verdict, reason, wrong }: Decision, actor: Actor): Promise<CaseView> => {
    const { opened, steps } = await byId(id, actor);
    const said = { case: id, by: actor.name, role: actor.role, reason, at_ms: clock() };
    const before = steps.find(({ step }) => step === "decided");
    const step = { step: "decided" as const, ...said, verdict };
    if (before?.step === "decided") {
      if (contentOfStep(before) !== contentOfStep({ ...step, wrong: sameFinding(before.wrong, wrong) })) {
        throw caseConflict(`case ${id} is decided already, in another way`);
      }
      await carryOut(opened, before);
      return byId(id, actor);
    }
    // Who may not decide hears that first, not what is wrong with the decision.
    checkStep(steps, { ...step, verdict: "rejected", wrong: null }, said.at_ms);
    const decided: DecidedStep = { ...step, wrong: wrong === null ? null : await check(opened, wrong) };
    await keep(steps, decided);
    await carryOut(opened, decided);
    return byId(id, actor);
  };

  const check = async (opened: OpenedStep, finding: Finding) => {
    const booked = await entries.byId(opened.entry);
    const adopted = booked && (await communities.byVersion(booked.entry.community_version));
    if (adopted === undefined) {
      throw new HubError("COMMUNITY_MISSING", `the community document of ${opened.entry} is missing`, {
        remedy: "Run millrace verify, and put books.db back from a backup.",
      });
    }
    const { from_ms: from, to_ms: to } = booked?.entry ?? opened;
    const wrong = await checkFinding(finding, { opened, adopted, day: { from, to } }, ports);
    await refuseLostReadings(opened.day, adopted, settlement);
    return wrong;
  };

  /** Amend the inputs, settle the day anew, and name the entry; each part knows whether it was done before. */
  const carryOut = async (opened: OpenedStep, decided: DecidedStep): Promise<void> => {
    const { case: id, day } = opened;
    const steps = await stepsOf(id);
    if (decided.wrong === null || steps.some(({ step }) => step === "corrected")) return;
    const by = decided.by;
    const reason = `case ${id} upheld: ${decided.reason}`;
    await amendInputs(decided.wrong, { by, reason, made_ms: clock() }, ports);
    const range = { from: opened.from_ms, to: EpochMs(opened.from_ms + 1) };
    await settlement.settle(range, undefined, { by, reason, force: { case: id } });
    const newest = (await entries.ofDay(day)).at(-1)?.entry;
    // An entry that was booked while the case was open has settled the day by what the decision says, too.
    const isCorrecting = newest !== undefined && newest.id !== opened.entry && newest.booked_ms >= opened.at_ms;
    await keep(steps, {
      ...{ step: "corrected", case: id, by: hubActor.name, role: hubActor.role, at_ms: clock() },
      reason: isCorrecting ? "the day was settled anew" : "settled anew, the day has the same amounts as before",
      entry: isCorrecting ? newest.id : null,
    });
  };

  const finish = async (): Promise<readonly string[]> => {
    const finished: string[] = [];
    for (const view of (await cases.cases()).flatMap((kept) => viewOf(kept) ?? [])) {
      const decided = view.steps.find((step) => step.step === "decided");
      // What somebody wrote into the books from outside is not carried out.
      if (view.state !== "upheld" || decided === undefined || !view.is_intact) continue;
      await carryOut(view.opened, decided);
      finished.push(view.id);
    }
    return finished;
  };

  return {
    finish: () => inTurn(finish),
    open: (opening, actor) => inTurn(() => open(opening, actor)),
    withdraw: (id, reason, actor) => inTurn(() => withdraw(id, reason, actor)),
    decide: (id, decision, actor) => inTurn(() => decide(id, decision, actor)),
    list,
    byId,
    async evidenceOf(id, actor) {
      const { opened } = await byId(id, actor);
      const document = await cases.evidenceOf(id);
      return isUntouched(document, opened.evidence_sha256)
        ? { document, is_intact: true }
        : { document: null, is_intact: false };
    },
  };
}

/** A repeated finding with what was worked out about the kept one, so that equal findings compare equal. */
function sameFinding(kept: DecidedStep["wrong"], again: Finding | null): DecidedStep["wrong"] {
  if (again === null || again.what === "day") return again;
  const is_of_another = kept !== null && kept.what !== "day" && kept.is_of_another;
  return { ...again, is_of_another } as DecidedStep["wrong"];
}
