import type { Texts } from "./en.ts";

export const de: Texts = {
  language: "Sprache",
  skip: "Zu den Zahlen springen",
  about:
    "Millrace macht aus dem, was einer Gemeinschaft gehört, nachprüfbare Messwerte und Gutschriften, die alle gerecht finden können.",
  allFigures: "Alle Zahlen als Daten",
  kwhPer: (minutes) =>
    ({ 15: "kWh je Viertelstunde", 30: "kWh je halbe Stunde", 60: "kWh je Stunde" })[minutes] ??
    `kWh je ${minutes} Minuten`,

  nav: {
    title: "Teile dieser Seite",
    community: "Gemeinschaft",
    devices: "Geräte",
    attention: (count) => (count === 1 ? "1 Sache wartet auf Sie" : `${count} Sachen warten auf Sie`),
  },

  live: {
    connecting: "Verbindet",
    connected: "Live",
    reconnecting: "Verbindet neu",
    paused: "Angehalten",
    demo: (speed) => `Vorführung: simulierte Zeit, ${speed}-mal so schnell`,
    simulated: "Vorführung: simulierte Zeit",
    clock: "Uhr des Hubs:",
    summary: (of) =>
      `Bisher an diesem Tag: ${of.generation} kWh erzeugt, ${of.consumption} kWh verbraucht, ${of.shared} kWh geteilt.`,
  },

  trouble: {
    loading: "Die Zahlen werden gelesen …",
    unreachable: "Der Hub antwortet nicht",
    unreachableWhat:
      "Starten Sie ihn mit „npm start“ (oder „npm run demo“) oder prüfen Sie, ob dieses Gerät ihn erreicht. Die Seite macht von selbst weiter, sobald er antwortet.",
    stale: "Der Hub antwortet nicht. Die Zahlen unten sind die letzten, die er geschickt hat.",
    noCommunity: "Noch keine Gemeinschaft",
    noCommunityWhat:
      "Der Hub läuft, aber noch macht niemand mit. Tragen Sie die Mitglieder und ihre Zählpunkte in millrace.yaml ein und starten Sie den Hub neu, oder sehen Sie sich mit „npm run demo“ eine simulierte Gemeinschaft an.",
    noReadings: "Noch keine Messwerte",
    noReadingsWhat:
      "Die Gemeinschaft ist bekannt, aber noch kein Zähler hat etwas gesendet. Geben Sie einem Gerät Zugangsdaten und lassen Sie es seinen Zählerstand unter readings/ und seinem Namen veröffentlichen. Mit dem ersten Messwert erscheint hier der Tag.",
    problem: "Darauf konnte der Hub nicht antworten",
  },

  day: {
    title: "Der Tag der Gemeinschaft",
    previous: "Tag davor",
    next: "Tag danach",
    today: "Heute",
    newest: "Neuester",
    choose: "Zum Tag",
    generation: "Erzeugt",
    consumption: "Verbraucht",
    shared: "Geteilt",
    fromGrid: "Aus dem Netz",
    surplus: "Ins Netz",
    generationHint: "von den Anlagen der Gemeinschaft",
    consumptionHint: "von allen Mitgliedern",
    sharedHint: "hier erzeugt und zur selben Zeit verbraucht",
    fromGridHint: "dazugekauft",
    ownShare: (percent) => `${percent} des Verbrauchs der Mitglieder kamen aus den eigenen Anlagen.`,
    surplusSentence: (energy) => `${energy} kWh, die gerade niemand brauchen konnte, gingen ins Netz.`,
    chart: "Diagramm des Tages der Gemeinschaft",
    state: { settled: "Abgerechnet", provisional: "Vorläufig" },
    stateMeans: {
      settled: "Im Buch eingetragen.",
      provisional: "Aus den bisherigen Messwerten gezählt; noch nicht eingetragen, die Zahlen können sich noch ändern.",
    },
    entry: "Bucheintrag",
    held: (count) =>
      count === 1
        ? "1 Intervall ist zurückgestellt: Der Wert eines Zählers fehlt, deshalb wird darin nichts geteilt, bis er bekannt ist."
        : `${count} Intervalle sind zurückgestellt: Der Wert eines Zählers fehlt, deshalb wird darin nichts geteilt, bis er bekannt ist.`,
    pending: (count) => (count === 1 ? "1 Intervall kommt noch." : `${count} Intervalle kommen noch.`),
  },

  interval: {
    state: { shared: "geteilt", held: "zurückgestellt", pending: "kommt noch" },
    quality: {
      measured: "gemessen",
      interpolated: "zwischen zwei Messwerten interpoliert",
      recovered: "nachgeholt: die Summe ist genau, der Verlauf der ähnlicher Tage",
      estimated: "aus ähnlichen Tagen geschätzt",
      missing: "fehlt",
    },
    reason: {
      no_readings: "gar keine Messwerte",
      gap: "eine Lücke in den Messwerten",
      register_fell: "der Zählerstand ist gefallen",
      register_jumped: "der Zählerstand ist gesprungen",
    },
    time: "Zeit",
    stateTitle: "Stand",
    table: "Dieselben Zahlen als Tabelle",
    choose: (times) => `${times} wählen`,
    unknown: "nicht bekannt",
  },

  member: {
    title: "Der Anteil eines Mitglieds",
    choose: "Mitglied",
    nobody: "Mitglied wählen",
    invite:
      "Wählen Sie ein Mitglied, um zu sehen, was es verbraucht hat, wie groß sein Anteil an den Anlagen war und warum.",
    unknown: (member) => `Ein Mitglied namens ${member} gibt es hier nicht.`,
    used: "Verbraucht",
    allotted: "Aus unseren Anlagen",
    fromGrid: "Aus dem Netz",
    percent: "Eigener Anteil",
    percentHint: "am Verbrauch",
    chart: (member) => `Diagramm des Tages von ${member}`,
    slider: "Intervall",
    sliderHint: "Schieben, ins Diagramm klicken oder mit den Pfeiltasten ein Intervall wählen.",
    sliderValue: (of) => `${of.times}: ${of.used} kWh verbraucht, ${of.allotted} kWh aus unseren Anlagen`,
    previous: "Intervall davor",
    next: "Intervall danach",
  },

  why: {
    title: (energy) => `Warum habe ich ${energy} kWh bekommen?`,
    titleHeld: "Warum ist dieses Intervall zurückgestellt?",
    titlePending: "Dieses Intervall ist noch nicht vorbei",
    pending: "Was es bringt, steht kurz nach seinem Ende fest.",
    coefficients: "für dieses Intervall wurden keine gültigen Anteile genannt",
    held: "In diesem Intervall wird nichts geteilt, bis diese Werte bekannt sind oder der Betreuer entschieden hat:",
    community: (of) =>
      `Zusammen haben die Anlagen ${of.generated} kWh erzeugt, und alle Mitglieder zusammen haben ${of.used} kWh verbraucht.`,
    mine: (of) => `Davon hat ${of.member} ${of.used} kWh verbraucht (${of.quality}).`,
    rule: {
      consumption:
        "Die Regel: Das Erzeugte wird im Verhältnis dessen geteilt, was alle in diesem Moment verbraucht haben.",
      equal: "Die Regel: Das Erzeugte wird in gleiche Teile geteilt.",
      fixed: "Die Regel: Alle haben einen festen Anteil am Erzeugten.",
      priority: "Die Regel: Das Erzeugte geht an den ersten Rang, bis er genug hat, dann an den nächsten.",
      external:
        "Die Regel: Das Erzeugte wird nach Anteilen geteilt, die jemand von außen für dieses Intervall genannt hat.",
    },
    nextTier: "Dann, von dem, was übrig war:",
    quota: "Genauer Anteil:",
    capped: (energy) => `Niemand bekommt mehr, als hier verwendet werden kann: höchstens ${energy} kWh.`,
    rounding: {
      exact: "Das ist eine ganze Zahl von Millionstel kWh; gerundet werden musste nichts.",
      up: "Auf ein ganzes Millionstel kWh aufgerundet: Die größten Reste werden aufgerundet, bis alle Anteile genau aufgehen.",
      down: "Auf ein ganzes Millionstel kWh abgerundet: Die größten Reste werden aufgerundet, bis alle Anteile genau aufgehen, und dieser war nicht dabei.",
    },
    own: (energy) => `${energy} kWh davon waren eigene, hinter dem eigenen Zähler erzeugt und verbraucht.`,
    result: (of) => `Also kamen ${of.allotted} kWh aus unseren Anlagen und ${of.grid} kWh aus dem Netz.`,
    evidence: "Woher das kommt",
    policy: "Regelwerk",
    policyText: "Im Wortlaut",
    version: "Fassung",
    entry: "Bucheintrag",
    notBooked: "noch nicht eingetragen",
    registers: "Zählerstände an beiden Enden",
    point: "Zählpunkt",
    start: "Anfang",
    end: "Ende",
    difference: "Differenz",
    series: "Reihe",
  },

  books: {
    unable:
      "Dieser Browser kann die Bücher hier nicht prüfen: Er rechnet nur auf Seiten des eigenen Rechners oder über HTTPS.",
    unanswered: "Die Bücher ließen sich eben nicht prüfen; die Seite versucht es wieder.",
    first: (count) =>
      `Die Bücher haben ${count} Einträge. Dieser Browser merkt sie sich und prüft von nun an, dass nichts darin geändert wird.`,
    continues: (of) =>
      `Bücher geprüft: ${of.count} Einträge. Sie setzen unverändert fort, was Sie am ${of.since} gesehen haben.`,
    broken: "Die Bücher sind nicht die, die Sie zuvor gesehen haben",
    fault: {
      changed: "Einträge stehen nicht mehr so da wie zuvor, oder der Hub kann nicht zeigen, dass sie es tun.",
      shorter: "Einträge, die da waren, fehlen: Die Bücher sind kürzer geworden.",
      other_key: "Die Bücher sind mit einem anderen Schlüssel unterschrieben als zuvor.",
      not_signed: "Was der Hub zeigt, ist nicht mit seinem eigenen Schlüssel unterschrieben.",
      split: "Der Hub sagt selbst, dass seine Bücher dem widersprechen, was er unterschrieben hat.",
    },
    lastSeen: (when) => `Zuletzt haben Sie sie am ${when} unversehrt gesehen.`,
    whatToDo:
      "Fragen Sie die Betreuung, ob eine alte Sicherung eingespielt wurde, und vergleichen Sie mit anderen Mitgliedern. Bewahren Sie auf, was unten steht: Es beweist, was der Hub einmal unterschrieben hat.",
    evidence: "Was unterschrieben war, und neu beginnen",
    keptNote: "Was Sie damals sahen, mit dem Schlüssel",
    shownNote: "Was der Hub jetzt zeigt",
    startOverWhat:
      "Nur wenn Sie den Grund kennen: Der Browser vergisst, was er sah, und nimmt die Bücher, wie sie jetzt sind.",
    startOver: "Mit diesen Büchern neu beginnen",
  },

  devices: {
    title: "Anlagen und Geräte",
    flag: {
      dead: "liefert nichts",
      weak: "liefert viel weniger als die anderen",
      high: "liefert viel mehr als die anderen",
    },
    fine: "wie erwartet",
    yield: (energy) => `${energy} kWh je kW`,
    generated: (energy) => `bisher ${energy} kWh`,
    noPlants: "Noch ist keine Anlage eingetragen.",
    allHeard: (count) => `Alle ${count} Geräte haben sich in der letzten Stunde gemeldet.`,
    notHeard: (device) => `${device}: noch nie gehört`,
    silent: (of) => `${of.device}: zuletzt gehört ${of.ago}`,
    andMore: (count) => `und ${count} weitere`,
    quarantined: (count) =>
      count === 1
        ? "1 Nachricht war nicht zu lesen und liegt in der Quarantäne."
        : `${count} Nachrichten waren nicht zu lesen und liegen in der Quarantäne.`,
    flagNote: "Diese Hinweise sind für die Betreuung; sie ändern keine Zahl.",
  },
};
