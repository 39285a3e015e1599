import type { MissingReason, Quality } from "../../../../hub/energy/interval.ts";
import type { DayState, IntervalState, Plant } from "../api/contract.ts";
import type { BooksFault } from "../proof/compare-books.ts";

/** Every text of the page. The other languages have this type, so a text that one of them lacks fails the type check. */
export const en = {
  language: "Language",
  skip: "Skip to the figures",
  about: "Millrace turns what a community owns into readings anyone can check and credits everyone can agree are fair.",
  allFigures: "All figures as data",
  kwhPer: (minutes: number): string =>
    ({ 15: "kWh per quarter of an hour", 30: "kWh per half hour", 60: "kWh per hour" })[minutes] ??
    `kWh per ${minutes} minutes`,

  nav: {
    title: "Parts of this page",
    community: "Community",
    devices: "Devices",
    attention: (count: number): string => (count === 1 ? "1 thing waits for you" : `${count} things wait for you`),
  },

  live: {
    connecting: "Connecting",
    connected: "Live",
    reconnecting: "Reconnecting",
    paused: "Paused",
    demo: (speed: string): string => `Demo: simulated time, ${speed} times as fast`,
    simulated: "Demo: simulated time",
    clock: "The hub’s clock:",
    summary: (of: { generation: string; consumption: string; shared: string }): string =>
      `So far this day: generated ${of.generation} kWh, used ${of.consumption} kWh, shared ${of.shared} kWh.`,
  },

  trouble: {
    loading: "Reading the figures …",
    unreachable: "The hub does not answer",
    unreachableWhat:
      "Start it with “npm start” (or “npm run demo”), or check that this device can reach it. This page goes on by itself as soon as it answers.",
    stale: "The hub does not answer. The figures below are the last ones it sent.",
    noCommunity: "No community yet",
    noCommunityWhat:
      "The hub runs, but nobody takes part yet. Name the members and their metering points in millrace.yaml and start the hub again, or look at a simulated community with “npm run demo”.",
    noReadings: "No readings yet",
    noReadingsWhat:
      "The community is known, but no meter has sent anything. Give a device a credential and let it publish its register on readings/ and its name. The day appears here with the first reading.",
    problem: "The hub could not answer this",
  },

  day: {
    title: "The community’s day",
    previous: "Day before",
    next: "Day after",
    today: "Today",
    newest: "Newest",
    choose: "Go to day",
    generation: "Generated",
    consumption: "Used",
    shared: "Shared",
    fromGrid: "From the grid",
    surplus: "To the grid",
    generationHint: "by the community’s plants",
    consumptionHint: "by all members",
    sharedHint: "generated and used here at the same time",
    fromGridHint: "bought in addition",
    ownShare: (percent: string): string => `${percent} of what the members used came from their own plants.`,
    surplusSentence: (energy: string): string => `${energy} kWh that nobody could use at that moment went to the grid.`,
    chart: "Chart of the community’s day",
    state: { settled: "Settled", provisional: "Provisional" } satisfies Record<DayState, string>,
    stateMeans: {
      settled: "Booked in the ledger.",
      provisional: "Counted from the readings so far; not booked yet, so figures may still change.",
    } satisfies Record<DayState, string>,
    entry: "Ledger entry",
    held: (count: number): string =>
      count === 1
        ? "1 interval is held: a meter’s reading is missing, so nothing is shared in it until that is known."
        : `${count} intervals are held: a meter’s reading is missing, so nothing is shared in them until that is known.`,
    pending: (count: number): string =>
      count === 1 ? "1 interval is still to come." : `${count} intervals are still to come.`,
  },

  interval: {
    state: { shared: "shared", held: "held", pending: "to come" } satisfies Record<IntervalState, string>,
    quality: {
      measured: "measured",
      interpolated: "interpolated between two readings",
      recovered: "recovered: the total is exact, its shape is that of similar days",
      estimated: "estimated from similar days",
      missing: "missing",
    } satisfies Record<Quality, string>,
    reason: {
      no_readings: "no readings at all",
      gap: "a gap in the readings",
      register_fell: "the register fell",
      register_jumped: "the register jumped",
    } satisfies Record<MissingReason, string>,
    time: "Time",
    stateTitle: "State",
    table: "The same figures as a table",
    choose: (times: string): string => `Choose ${times}`,
    unknown: "not known",
  },

  member: {
    title: "A member’s share",
    choose: "Member",
    nobody: "Choose a member",
    invite: "Choose a member to see what they used, what their share of the plants was, and why.",
    unknown: (member: string): string => `There is no member called ${member} here.`,
    used: "Used",
    allotted: "From our plants",
    fromGrid: "From the grid",
    percent: "Own share",
    percentHint: "of what was used",
    chart: (member: string): string => `Chart of the day of ${member}`,
    slider: "Interval",
    sliderHint: "Slide, click the chart or use the arrow keys to choose an interval.",
    sliderValue: (of: { times: string; used: string; allotted: string }): string =>
      `${of.times}: used ${of.used} kWh, from our plants ${of.allotted} kWh`,
    previous: "Interval before",
    next: "Interval after",
  },

  why: {
    title: (energy: string): string => `Why did I get ${energy} kWh?`,
    titleHeld: "Why is this interval held?",
    titlePending: "This interval is not over yet",
    pending: "What it brings is known shortly after its end.",
    coefficients: "no sound shares were named for this interval",
    held: "Nothing is shared in this interval until these readings are known or the steward has decided:",
    community: (of: { generated: string; used: string }): string =>
      `Together the plants generated ${of.generated} kWh, and all members together used ${of.used} kWh.`,
    mine: (of: { member: string; used: string; quality: string }): string =>
      `${of.member} used ${of.used} kWh of it (${of.quality}).`,
    rule: {
      consumption: "The rule: what was generated is shared in proportion to what everyone used at that moment.",
      equal: "The rule: what was generated is shared in equal parts.",
      fixed: "The rule: everyone has a fixed share of what was generated.",
      priority: "The rule: what was generated goes to the first rank until it has enough, then to the next.",
      external: "The rule: what was generated is shared by shares that somebody outside named for this interval.",
    },
    nextTier: "Then, from what was left:",
    quota: "Exact share:",
    capped: (energy: string): string => `Nobody gets more than they can use here: at most ${energy} kWh.`,
    rounding: {
      exact: "It is a whole number of millionths of a kWh, so nothing had to be rounded.",
      up: "Rounded up to a whole millionth of a kWh: the largest remainders are rounded up until all shares add up exactly.",
      down: "Rounded down to a whole millionth of a kWh: the largest remainders are rounded up until all shares add up exactly, and this one was not among them.",
    },
    own: (energy: string): string => `${energy} kWh of it were your own, made and used behind your meter.`,
    result: (of: { allotted: string; grid: string }): string =>
      `So ${of.allotted} kWh came from our plants, and ${of.grid} kWh from the grid.`,
    evidence: "Where this comes from",
    policy: "Policy",
    policyText: "Its words",
    version: "Version",
    entry: "Ledger entry",
    notBooked: "not booked yet",
    registers: "Registers at both ends",
    point: "Metering point",
    start: "Start",
    end: "End",
    difference: "Difference",
    series: "Series",
  },

  books: {
    unable:
      "This browser cannot check the books here: it computes hashes only on pages of its own machine or over HTTPS.",
    unanswered: "The books could not be checked just now; the page tries again.",
    first: (count: string): string =>
      `The books hold ${count} entries. This browser remembers them and checks from now on that nothing in them is changed.`,
    continues: (of: { count: string; since: string }): string =>
      `Books checked: ${of.count} entries. They continue, unchanged, what you saw on ${of.since}.`,
    broken: "The books are not those you saw before",
    fault: {
      changed: "Entries are not there any more as they were, or the hub cannot show that they are.",
      shorter: "Entries that were there are missing: the books have become shorter.",
      other_key: "The books are signed with another key than before.",
      not_signed: "What the hub shows is not signed with its own key.",
      split: "The hub itself says that its books contradict what it signed.",
    } satisfies Record<BooksFault, string>,
    lastSeen: (when: string): string => `You last saw them whole on ${when}.`,
    whatToDo:
      "Ask your steward whether an old backup was put back, and compare with other members. Keep what is below: it proves what the hub once signed.",
    evidence: "What was signed, and starting over",
    keptNote: "What you saw then, with its key",
    shownNote: "What the hub shows now",
    startOverWhat: "Only if you know the reason: the browser forgets what it saw and takes the books as they are now.",
    startOver: "Start over with these books",
  },

  devices: {
    title: "Plants and devices",
    flag: {
      dead: "delivers nothing",
      weak: "delivers much less than the others",
      high: "delivers much more than the others",
    } satisfies Record<NonNullable<Plant["flag"]>, string>,
    fine: "as expected",
    yield: (energy: string): string => `${energy} kWh per kW`,
    generated: (energy: string): string => `${energy} kWh so far`,
    noPlants: "No plant is named yet.",
    allHeard: (count: string): string => `All ${count} devices were heard of within the hour.`,
    notHeard: (device: string): string => `${device}: not heard of yet`,
    silent: (of: { device: string; ago: string }): string => `${of.device}: last heard of ${of.ago}`,
    andMore: (count: string): string => `and ${count} more`,
    quarantined: (count: number): string =>
      count === 1
        ? "1 message could not be read and is kept in the quarantine."
        : `${count} messages could not be read and are kept in the quarantine.`,
    flagNote: "Marks are for the steward’s eyes; they change no figure.",
  },
};

export type Texts = typeof en;
