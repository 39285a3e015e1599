import type { Texts } from "./en.ts";

export const fr: Texts = {
  language: "Langue",
  skip: "Aller aux chiffres",
  about:
    "Millrace transforme ce que possède une communauté en relevés que chacun peut vérifier et en crédits que tous peuvent trouver justes.",
  allFigures: "Tous les chiffres en données",
  kwhPer: (minutes) =>
    ({ 15: "kWh par quart d’heure", 30: "kWh par demi-heure", 60: "kWh par heure" })[minutes] ??
    `kWh par ${minutes} minutes`,

  nav: {
    title: "Parties de cette page",
    community: "Communauté",
    devices: "Appareils",
    attention: (count) => (count <= 1 ? `${count} chose vous attend` : `${count} choses vous attendent`),
  },

  live: {
    connecting: "Connexion",
    connected: "En direct",
    reconnecting: "Reconnexion",
    paused: "En pause",
    demo: (speed) => `Démonstration : temps simulé, ${speed} fois plus rapide`,
    simulated: "Démonstration : temps simulé",
    clock: "Horloge du concentrateur :",
    summary: (of) =>
      `Jusqu’ici ce jour : ${of.generation} kWh produits, ${of.consumption} kWh consommés, ${of.shared} kWh partagés.`,
  },

  trouble: {
    loading: "Lecture des chiffres …",
    unreachable: "Le concentrateur ne répond pas",
    unreachableWhat:
      "Démarrez-le avec « npm start » (ou « npm run demo »), ou vérifiez que cet appareil peut le joindre. La page reprend d’elle-même dès qu’il répond.",
    stale: "Le concentrateur ne répond pas. Les chiffres ci-dessous sont les derniers qu’il a envoyés.",
    noCommunity: "Pas encore de communauté",
    noCommunityWhat:
      "Le concentrateur fonctionne, mais personne ne participe encore. Inscrivez les membres et leurs points de comptage dans millrace.yaml et redémarrez le concentrateur, ou regardez une communauté simulée avec « npm run demo ».",
    noReadings: "Pas encore de relevés",
    noReadingsWhat:
      "La communauté est connue, mais aucun compteur n’a rien envoyé. Donnez des identifiants à un appareil et faites-lui publier son index sous readings/ et son nom. Le jour apparaît ici avec le premier relevé.",
    problem: "Le concentrateur n’a pas pu répondre à cela",
  },

  day: {
    title: "La journée de la communauté",
    previous: "Jour précédent",
    next: "Jour suivant",
    today: "Aujourd’hui",
    newest: "Dernier",
    choose: "Aller au jour",
    generation: "Produit",
    consumption: "Consommé",
    shared: "Partagé",
    fromGrid: "Du réseau",
    surplus: "Vers le réseau",
    generationHint: "par les installations de la communauté",
    consumptionHint: "par tous les membres",
    sharedHint: "produit et consommé ici au même moment",
    fromGridHint: "acheté en plus",
    ownShare: (percent) => `${percent} de la consommation des membres venaient de leurs propres installations.`,
    surplusSentence: (energy) =>
      `${energy} kWh que personne ne pouvait utiliser à ce moment sont partis vers le réseau.`,
    chart: "Graphique de la journée de la communauté",
    state: { settled: "Arrêté", provisional: "Provisoire" },
    stateMeans: {
      settled: "Inscrit au livre.",
      provisional: "Compté d’après les relevés reçus ; pas encore inscrit, les chiffres peuvent changer.",
    },
    entry: "Écriture",
    held: (count) =>
      count <= 1
        ? `${count} intervalle est en suspens : le relevé d’un compteur manque, rien n’y est partagé tant qu’il n’est pas connu.`
        : `${count} intervalles sont en suspens : le relevé d’un compteur manque, rien n’y est partagé tant qu’il n’est pas connu.`,
    pending: (count) =>
      count <= 1 ? `${count} intervalle est encore à venir.` : `${count} intervalles sont encore à venir.`,
  },

  interval: {
    state: { shared: "partagé", held: "en suspens", pending: "à venir" },
    quality: {
      measured: "mesuré",
      interpolated: "interpolé entre deux relevés",
      recovered: "récupéré : le total est exact, la forme est celle de jours semblables",
      estimated: "estimé d’après des jours semblables",
      missing: "manquant",
    },
    reason: {
      no_readings: "aucun relevé",
      gap: "un trou dans les relevés",
      register_fell: "l’index a baissé",
      register_jumped: "l’index a sauté",
    },
    time: "Heure",
    stateTitle: "État",
    table: "Les mêmes chiffres en tableau",
    choose: (times) => `Choisir ${times}`,
    unknown: "non connu",
  },

  member: {
    title: "La part d’un membre",
    choose: "Membre",
    nobody: "Choisir un membre",
    invite: "Choisissez un membre pour voir ce qu’il a consommé, quelle a été sa part des installations, et pourquoi.",
    unknown: (member) => `Il n’y a pas ici de membre nommé ${member}.`,
    used: "Consommé",
    allotted: "De nos installations",
    fromGrid: "Du réseau",
    percent: "Part propre",
    percentHint: "de la consommation",
    chart: (member) => `Graphique de la journée de ${member}`,
    slider: "Intervalle",
    sliderHint: "Glissez, cliquez sur le graphique ou utilisez les flèches pour choisir un intervalle.",
    sliderValue: (of) => `${of.times} : ${of.used} kWh consommés, ${of.allotted} kWh de nos installations`,
    previous: "Intervalle précédent",
    next: "Intervalle suivant",
  },

  why: {
    title: (energy) => `Pourquoi ai-je reçu ${energy} kWh ?`,
    titleHeld: "Pourquoi cet intervalle est-il en suspens ?",
    titlePending: "Cet intervalle n’est pas encore terminé",
    pending: "Ce qu’il apporte sera connu peu après sa fin.",
    coefficients: "aucune part valable n’a été indiquée pour cet intervalle",
    held: "Rien n’est partagé dans cet intervalle tant que ces relevés ne sont pas connus ou que la personne responsable n’a pas décidé :",
    community: (of) =>
      `Ensemble, les installations ont produit ${of.generated} kWh, et tous les membres ensemble ont consommé ${of.used} kWh.`,
    mine: (of) => `${of.member} en a consommé ${of.used} kWh (${of.quality}).`,
    rule: {
      consumption: "La règle : ce qui est produit est partagé en proportion de ce que chacun consommait à ce moment.",
      equal: "La règle : ce qui est produit est partagé en parts égales.",
      fixed: "La règle : chacun a une part fixe de ce qui est produit.",
      priority: "La règle : ce qui est produit va au premier rang jusqu’à ce qu’il ait assez, puis au suivant.",
      external:
        "La règle : ce qui est produit est partagé selon les parts indiquées de l’extérieur pour cet intervalle.",
    },
    nextTier: "Ensuite, sur ce qui restait :",
    quota: "Part exacte :",
    capped: (energy) => `Personne ne reçoit plus que ce qui peut servir ici : au plus ${energy} kWh.`,
    rounding: {
      exact: "C’est un nombre entier de millionièmes de kWh ; rien n’a dû être arrondi.",
      up: "Arrondi vers le haut à un millionième de kWh entier : les plus grands restes montent jusqu’à ce que toutes les parts tombent juste.",
      down: "Arrondi vers le bas à un millionième de kWh entier : les plus grands restes montent jusqu’à ce que toutes les parts tombent juste, et celui-ci n’en était pas.",
    },
    own: (energy) => `${energy} kWh étaient les vôtres, produits et consommés derrière votre compteur.`,
    result: (of) => `Donc ${of.allotted} kWh sont venus de nos installations et ${of.grid} kWh du réseau.`,
    evidence: "D’où cela vient",
    policy: "Règle",
    policyText: "Son texte",
    version: "Version",
    entry: "Écriture",
    notBooked: "pas encore inscrit",
    registers: "Index aux deux extrémités",
    point: "Point de comptage",
    start: "Début",
    end: "Fin",
    difference: "Différence",
    series: "Série",
  },

  books: {
    unable:
      "Ce navigateur ne peut pas vérifier les livres ici : il ne calcule que sur les pages de sa propre machine ou par HTTPS.",
    unanswered: "Les livres n’ont pas pu être vérifiés à l’instant ; la page réessaie.",
    first: (count) =>
      `Les livres comptent ${count} écritures. Ce navigateur les retient et vérifie désormais que rien n’y est changé.`,
    continues: (of) =>
      `Livres vérifiés : ${of.count} écritures. Ils continuent, sans changement, ce que vous avez vu le ${of.since}.`,
    broken: "Les livres ne sont pas ceux que vous avez vus",
    fault: {
      changed: "Des écritures ne sont plus telles qu’elles étaient, ou le hub ne peut pas montrer qu’elles le sont.",
      shorter: "Des écritures qui étaient là manquent : les livres ont raccourci.",
      other_key: "Les livres sont signés avec une autre clé qu’auparavant.",
      not_signed: "Ce que montre le hub n’est pas signé avec sa propre clé.",
      split: "Le hub dit lui-même que ses livres contredisent ce qu’il a signé.",
    },
    lastSeen: (when) => `Vous les avez vus intacts pour la dernière fois le ${when}.`,
    whatToDo:
      "Demandez à la personne responsable si une ancienne sauvegarde a été remise en place, et comparez avec d’autres membres. Gardez ce qui suit : cela prouve ce que le hub a signé.",
    evidence: "Ce qui était signé, et recommencer",
    keptNote: "Ce que vous avez vu alors, avec sa clé",
    shownNote: "Ce que le hub montre maintenant",
    startOverWhat:
      "Seulement si vous connaissez la raison : le navigateur oublie ce qu’il a vu et prend les livres tels qu’ils sont maintenant.",
    startOver: "Recommencer avec ces livres",
  },

  devices: {
    title: "Installations et appareils",
    flag: {
      dead: "ne fournit rien",
      weak: "fournit bien moins que les autres",
      high: "fournit bien plus que les autres",
    },
    fine: "comme prévu",
    yield: (energy) => `${energy} kWh par kW`,
    generated: (energy) => `${energy} kWh jusqu’ici`,
    noPlants: "Aucune installation n’est encore inscrite.",
    allHeard: (count) => `Les ${count} appareils ont donné signe de vie dans l’heure.`,
    notHeard: (device) => `${device} : encore aucun signe`,
    silent: (of) => `${of.device} : dernier signe ${of.ago}`,
    andMore: (count) => `et ${count} de plus`,
    quarantined: (count) =>
      count <= 1
        ? `${count} message n’a pas pu être lu et est gardé en quarantaine.`
        : `${count} messages n’ont pas pu être lus et sont gardés en quarantaine.`,
    flagNote: "Ces marques sont pour la personne responsable ; elles ne changent aucun chiffre.",
  },
};
