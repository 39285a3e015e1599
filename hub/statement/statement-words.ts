import type { Weight } from "../allocation/policy.ts";
import type { Movement } from "../ledger/movement.ts";
import type { MemberAccountKind } from "./member-accounts.ts";
import type { IntervalCounts } from "./member-intervals.ts";

/** What a printed statement says; the words are those of the pages. */
export interface StatementWords {
  readonly locale: string;
  readonly decimalMark: "." | ",";
  /** Between a label and what it is for. */
  readonly colon: string;
  readonly quote: (text: string) => string;
  readonly title: string;
  readonly member: string;
  readonly asOf: (when: string) => string;
  readonly nothingYet: string;
  readonly day: string;
  readonly used: string;
  readonly fromCommunity: string;
  readonly fromGrid: string;
  readonly ownShare: string;
  readonly ownUse: string;
  readonly partOfPool: string;
  readonly intervals: string;
  readonly counts: Readonly<Record<Exclude<keyof IntervalCounts, "expected">, string>>;
  readonly daysTogether: string;
  readonly corrections: string;
  readonly corrects: (of: { readonly entry: string; readonly corrects: string }) => string;
  readonly reasons: Readonly<Record<string, string>>;
  readonly total: string;
  readonly movements: string;
  readonly what: string;
  readonly counterparty: string;
  readonly amount: string;
  readonly movement: Readonly<Record<Movement["kind"], string>>;
  readonly accounts: string;
  readonly account: Readonly<Record<MemberAccountKind, string>>;
  readonly opening: string;
  readonly closing: string;
  readonly unsettled: (days: string) => string;
  readonly why: string;
  readonly result: (of: { readonly used: string; readonly allotted: string; readonly grid: string }) => string;
  /** Said of own generation used behind the own meter. */
  readonly ofOwn: (energy: string) => string;
  readonly rule: Readonly<Record<Weight["kind"], string>>;
  readonly severalSteps: string;
  readonly held: string;
  readonly evidence: string;
  readonly policy: string;
  readonly policyText: string;
  readonly version: string;
  readonly engine: string;
  readonly entries: string;
  readonly checkpoint: string;
  readonly page: (of: { readonly page: number; readonly pages: number }) => string;
}

const en: StatementWords = {
  locale: "en-GB",
  decimalMark: ".",
  colon: ": ",
  quote: (text) => `“${text}”`,
  title: "Statement",
  member: "Member",
  asOf: (when) => `As of the newest entry in it, ${when}.`,
  nothingYet: "Nothing is booked in this period yet.",
  day: "Day",
  used: "Used",
  fromCommunity: "From our plants",
  fromGrid: "From the grid",
  ownShare: "Own share",
  ownUse: "Own generation",
  partOfPool: "Part of all generated",
  intervals: "Intervals",
  counts: {
    measured: "measured",
    interpolated: "interpolated",
    recovered: "recovered",
    estimated: "estimated",
    held: "held",
    unmeasured: "unmeasured",
  },
  daysTogether: "All days",
  corrections: "Corrections booked in this period",
  corrects: ({ entry, corrects }) => `${entry} corrects ${corrects}`,
  reasons: { "by schedule": "later readings of that day" },
  total: "Total",
  movements: "Transfers and bookings",
  what: "What",
  counterparty: "Other account",
  amount: "Amount",
  movement: {
    transfer: "transfer",
    booking: "booking",
    post: "payment of a hold",
    hold: "hold",
    void: "hold given back",
    expire: "hold lapsed",
    correction: "correction",
  },
  accounts: "Accounts",
  account: { memberUsed: "Used from our plants", memberOwn: "Own generation used", memberCredit: "Credit" },
  opening: "Before",
  closing: "After",
  unsettled: (days) => `Not settled yet, so not in here: ${days}.`,
  why: "Why these figures",
  result: ({ used, allotted, grid }) =>
    `You used ${used} kWh: ${allotted} kWh came from our plants, and ${grid} kWh from the grid.`,
  ofOwn: (energy) => `The other ${energy} kWh you generated yourself.`,
  rule: {
    consumption: "The rule: what was generated is shared in proportion to what everyone used at that moment.",
    equal: "The rule: what was generated is shared in equal parts.",
    fixed: "The rule: everyone has a fixed share of what was generated.",
    priority: "The rule: what was generated goes to the first rank until it has enough, then to the next.",
    external: "The rule: what was generated is shared by coefficients that are named for each interval.",
  },
  severalSteps: "What is left after the first step is shared by further steps; the policy's own words below have them.",
  held: "Held intervals are not shared out, because a meter's reading is missing. They are booked as soon as it is known.",
  evidence: "Where this comes from",
  policy: "Policy",
  policyText: "Its words",
  version: "Version",
  engine: "Arithmetic",
  entries: "Ledger entries and their sha256",
  checkpoint: "Signed checkpoint of the ledger's log",
  page: ({ page, pages }) => `Page ${page} of ${pages}`,
};

const de: StatementWords = {
  locale: "de",
  decimalMark: ",",
  colon: ": ",
  quote: (text) => `„${text}“`,
  title: "Abrechnung",
  member: "Mitglied",
  asOf: (when) => `Stand des neuesten Eintrags darin, ${when}.`,
  nothingYet: "In diesem Zeitraum ist noch nichts eingetragen.",
  day: "Tag",
  used: "Verbraucht",
  fromCommunity: "Aus unseren Anlagen",
  fromGrid: "Aus dem Netz",
  ownShare: "Eigener Anteil",
  ownUse: "Selbst erzeugt",
  partOfPool: "Teil des Erzeugten",
  intervals: "Intervalle",
  counts: {
    measured: "gemessen",
    interpolated: "interpoliert",
    recovered: "nachgeholt",
    estimated: "geschätzt",
    held: "zurückgestellt",
    unmeasured: "nicht gemessen",
  },
  daysTogether: "Alle Tage",
  corrections: "In diesem Zeitraum eingetragene Berichtigungen",
  corrects: ({ entry, corrects }) => `${entry} berichtigt ${corrects}`,
  reasons: { "by schedule": "spätere Messwerte dieses Tages" },
  total: "Summe",
  movements: "Übertragungen und Buchungen",
  what: "Was",
  counterparty: "Gegenkonto",
  amount: "Betrag",
  movement: {
    transfer: "Übertragung",
    booking: "Buchung",
    post: "Zahlung aus einer Vormerkung",
    hold: "Vormerkung",
    void: "Vormerkung zurückgegeben",
    expire: "Vormerkung verfallen",
    correction: "Berichtigung",
  },
  accounts: "Konten",
  account: {
    memberUsed: "Aus unseren Anlagen verbraucht",
    memberOwn: "Selbst erzeugt und verbraucht",
    memberCredit: "Guthaben",
  },
  opening: "Vorher",
  closing: "Nachher",
  unsettled: (days) => `Noch nicht abgerechnet und deshalb nicht enthalten: ${days}.`,
  why: "Warum diese Zahlen",
  result: ({ used, allotted, grid }) =>
    `Sie haben ${used} kWh verbraucht: ${allotted} kWh kamen aus unseren Anlagen und ${grid} kWh aus dem Netz.`,
  ofOwn: (energy) => `Die übrigen ${energy} kWh haben Sie selbst erzeugt.`,
  rule: {
    consumption:
      "Die Regel: Das Erzeugte wird im Verhältnis dessen geteilt, was alle in diesem Moment verbraucht haben.",
    equal: "Die Regel: Das Erzeugte wird in gleiche Teile geteilt.",
    fixed: "Die Regel: Alle haben einen festen Anteil am Erzeugten.",
    priority: "Die Regel: Das Erzeugte geht an den ersten Rang, bis er genug hat, dann an den nächsten.",
    external: "Die Regel: Das Erzeugte wird nach Anteilen geteilt, die für jedes Intervall genannt werden.",
  },
  severalSteps:
    "Was der erste Schritt übrig lässt, wird in weiteren Schritten geteilt; sie stehen unten im Wortlaut des Regelwerks.",
  held: "Zurückgestellte Intervalle sind nicht geteilt, weil der Wert eines Zählers fehlt. Sie werden eingetragen, sobald er bekannt ist.",
  evidence: "Woher das kommt",
  policy: "Regelwerk",
  policyText: "Im Wortlaut",
  version: "Fassung",
  engine: "Rechenwerk",
  entries: "Bucheinträge und ihr sha256",
  checkpoint: "Unterschriebener Prüfpunkt des Buchprotokolls",
  page: ({ page, pages }) => `Seite ${page} von ${pages}`,
};

const es: StatementWords = {
  locale: "es",
  decimalMark: ",",
  colon: ": ",
  quote: (text) => `«${text}»`,
  title: "Liquidación",
  member: "Miembro",
  asOf: (when) => `Según el asiento más nuevo que contiene, ${when}.`,
  nothingYet: "Todavía no hay nada anotado en este periodo.",
  day: "Día",
  used: "Consumido",
  fromCommunity: "De nuestras plantas",
  fromGrid: "De la red",
  ownShare: "Parte propia",
  ownUse: "Generación propia",
  partOfPool: "Parte de lo generado",
  intervals: "Intervalos",
  counts: {
    measured: "medidos",
    interpolated: "interpolados",
    recovered: "recuperados",
    estimated: "estimados",
    held: "retenidos",
    unmeasured: "sin medir",
  },
  daysTogether: "Todos los días",
  corrections: "Correcciones anotadas en este periodo",
  corrects: ({ entry, corrects }) => `${entry} corrige ${corrects}`,
  reasons: { "by schedule": "lecturas posteriores de ese día" },
  total: "Total",
  movements: "Transferencias y anotaciones",
  what: "Qué",
  counterparty: "Otra cuenta",
  amount: "Importe",
  movement: {
    transfer: "transferencia",
    booking: "anotación",
    post: "pago de una reserva",
    hold: "reserva",
    void: "reserva devuelta",
    expire: "reserva caducada",
    correction: "corrección",
  },
  accounts: "Cuentas",
  account: {
    memberUsed: "Consumido de nuestras plantas",
    memberOwn: "Generación propia consumida",
    memberCredit: "Crédito",
  },
  opening: "Antes",
  closing: "Después",
  unsettled: (days) => `Aún sin liquidar y por eso no incluidos: ${days}.`,
  why: "Por qué estas cifras",
  result: ({ used, allotted, grid }) =>
    `Usted consumió ${used} kWh: ${allotted} kWh vinieron de nuestras plantas y ${grid} kWh de la red.`,
  ofOwn: (energy) => `Los otros ${energy} kWh los generó usted.`,
  rule: {
    consumption: "La regla: lo generado se reparte en proporción a lo que cada cual consumía en ese momento.",
    equal: "La regla: lo generado se reparte a partes iguales.",
    fixed: "La regla: cada cual tiene una parte fija de lo generado.",
    priority: "La regla: lo generado va al primer rango hasta que tenga bastante, y después al siguiente.",
    external: "La regla: lo generado se reparte con coeficientes que se nombran para cada intervalo.",
  },
  severalSteps:
    "Lo que deja el primer paso se reparte en pasos posteriores; están abajo, en el texto de la propia regla.",
  held: "Los intervalos retenidos no se reparten porque falta la lectura de un contador. Se anotan en cuanto se conozca.",
  evidence: "De dónde sale esto",
  policy: "Regla",
  policyText: "Su texto",
  version: "Versión",
  engine: "Cálculo",
  entries: "Asientos y su sha256",
  checkpoint: "Punto de control firmado del registro del libro",
  page: ({ page, pages }) => `Página ${page} de ${pages}`,
};

const fr: StatementWords = {
  locale: "fr",
  decimalMark: ",",
  colon: "\u00a0: ",
  quote: (text) => `«\u00a0${text}\u00a0»`,
  title: "Décompte",
  member: "Membre",
  asOf: (when) => `À l’écriture la plus récente qu’il contient, ${when}.`,
  nothingYet: "Rien n’est encore inscrit pour cette période.",
  day: "Jour",
  used: "Consommé",
  fromCommunity: "De nos installations",
  fromGrid: "Du réseau",
  ownShare: "Part propre",
  ownUse: "Production propre",
  partOfPool: "Part du produit",
  intervals: "Intervalles",
  counts: {
    measured: "mesurés",
    interpolated: "interpolés",
    recovered: "récupérés",
    estimated: "estimés",
    held: "en suspens",
    unmeasured: "non mesurés",
  },
  daysTogether: "Tous les jours",
  corrections: "Corrections inscrites pendant cette période",
  corrects: ({ entry, corrects }) => `${entry} corrige ${corrects}`,
  reasons: { "by schedule": "relevés ultérieurs de ce jour" },
  total: "Total",
  movements: "Virements et inscriptions",
  what: "Quoi",
  counterparty: "Autre compte",
  amount: "Montant",
  movement: {
    transfer: "virement",
    booking: "inscription",
    post: "paiement d’une réserve",
    hold: "réserve",
    void: "réserve rendue",
    expire: "réserve échue",
    correction: "correction",
  },
  accounts: "Comptes",
  account: {
    memberUsed: "Consommé de nos installations",
    memberOwn: "Production propre consommée",
    memberCredit: "Crédit",
  },
  opening: "Avant",
  closing: "Après",
  unsettled: (days) => `Pas encore arrêtés et donc non compris : ${days}.`,
  why: "Pourquoi ces chiffres",
  result: ({ used, allotted, grid }) =>
    `Vous avez consommé ${used} kWh : ${allotted} kWh sont venus de nos installations et ${grid} kWh du réseau.`,
  ofOwn: (energy) => `Les autres ${energy} kWh, vous les avez produits vous-même.`,
  rule: {
    consumption: "La règle : ce qui est produit est partagé en proportion de ce que chacun consommait à ce moment.",
    equal: "La règle : ce qui est produit est partagé en parts égales.",
    fixed: "La règle : chacun a une part fixe de ce qui est produit.",
    priority: "La règle : ce qui est produit va au premier rang jusqu’à ce qu’il ait assez, puis au suivant.",
    external: "La règle : ce qui est produit est partagé selon des coefficients nommés pour chaque intervalle.",
  },
  severalSteps:
    "Ce que laisse la première étape est partagé par d’autres étapes ; elles figurent plus bas dans le texte de la règle.",
  held: "Les intervalles en suspens ne sont pas partagés, car le relevé d’un compteur manque. Ils seront inscrits dès qu’il sera connu.",
  evidence: "D’où cela vient",
  policy: "Règle",
  policyText: "Son texte",
  version: "Version",
  engine: "Calcul",
  entries: "Écritures et leur sha256",
  checkpoint: "Point de contrôle signé du journal du livre",
  page: ({ page, pages }) => `Page ${page} sur ${pages}`,
};

/** The languages of a printed statement, those of the pages. A new one is one table here. */
export const statementWords = { en, de, es, fr } as const satisfies Record<string, StatementWords>;
export type StatementLanguage = keyof typeof statementWords;
export const statementLanguages = Object.keys(statementWords) as StatementLanguage[];
