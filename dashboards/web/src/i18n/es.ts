import type { Texts } from "./en.ts";

export const es: Texts = {
  language: "Idioma",
  skip: "Ir a las cifras",
  about:
    "Millrace convierte lo que una comunidad posee en lecturas que cualquiera puede comprobar y créditos que todos pueden aceptar como justos.",
  allFigures: "Todas las cifras como datos",
  kwhPer: (minutes) =>
    ({ 15: "kWh por cuarto de hora", 30: "kWh por media hora", 60: "kWh por hora" })[minutes] ??
    `kWh por ${minutes} minutos`,

  nav: {
    title: "Partes de esta página",
    community: "Comunidad",
    devices: "Dispositivos",
    attention: (count) => (count === 1 ? "1 asunto le espera" : `${count} asuntos le esperan`),
  },

  live: {
    connecting: "Conectando",
    connected: "En directo",
    reconnecting: "Reconectando",
    paused: "En pausa",
    demo: (speed) => `Demostración: tiempo simulado, ${speed} veces más rápido`,
    simulated: "Demostración: tiempo simulado",
    clock: "Reloj del concentrador:",
    summary: (of) =>
      `Hasta ahora este día: ${of.generation} kWh generados, ${of.consumption} kWh consumidos, ${of.shared} kWh compartidos.`,
  },

  trouble: {
    loading: "Leyendo las cifras …",
    unreachable: "El concentrador no responde",
    unreachableWhat:
      "Inícielo con «npm start» (o «npm run demo») o compruebe que este dispositivo puede alcanzarlo. La página sigue sola en cuanto responda.",
    stale: "El concentrador no responde. Las cifras de abajo son las últimas que envió.",
    noCommunity: "Todavía no hay comunidad",
    noCommunityWhat:
      "El concentrador funciona, pero aún no participa nadie. Anote los miembros y sus puntos de medida en millrace.yaml y reinicie el concentrador, o vea una comunidad simulada con «npm run demo».",
    noReadings: "Todavía no hay lecturas",
    noReadingsWhat:
      "La comunidad es conocida, pero ningún contador ha enviado nada. Dé credenciales a un dispositivo y haga que publique su registro en readings/ y su nombre. El día aparece aquí con la primera lectura.",
    problem: "El concentrador no pudo responder a esto",
  },

  day: {
    title: "El día de la comunidad",
    previous: "Día anterior",
    next: "Día siguiente",
    today: "Hoy",
    newest: "Último",
    choose: "Ir al día",
    generation: "Generado",
    consumption: "Consumido",
    shared: "Compartido",
    fromGrid: "De la red",
    surplus: "A la red",
    generationHint: "por las plantas de la comunidad",
    consumptionHint: "por todos los miembros",
    sharedHint: "generado y consumido aquí a la vez",
    fromGridHint: "comprado además",
    ownShare: (percent) => `El ${percent} de lo que consumieron los miembros vino de sus propias plantas.`,
    surplusSentence: (energy) => `${energy} kWh que nadie podía usar en ese momento fueron a la red.`,
    chart: "Gráfico del día de la comunidad",
    state: { settled: "Liquidado", provisional: "Provisional" },
    stateMeans: {
      settled: "Anotado en el libro.",
      provisional: "Contado con las lecturas recibidas; aún no está anotado, las cifras pueden cambiar.",
    },
    entry: "Asiento",
    held: (count) =>
      count === 1
        ? "1 intervalo está retenido: falta la lectura de un contador y no se reparte nada en él hasta conocerla."
        : `${count} intervalos están retenidos: falta la lectura de un contador y no se reparte nada en ellos hasta conocerla.`,
    pending: (count) => (count === 1 ? "Queda 1 intervalo por llegar." : `Quedan ${count} intervalos por llegar.`),
  },

  interval: {
    state: { shared: "compartido", held: "retenido", pending: "por llegar" },
    quality: {
      measured: "medido",
      interpolated: "interpolado entre dos lecturas",
      recovered: "recuperado: el total es exacto, la forma es la de días parecidos",
      estimated: "estimado por días parecidos",
      missing: "falta",
    },
    reason: {
      no_readings: "ninguna lectura",
      gap: "un hueco en las lecturas",
      register_fell: "el registro bajó",
      register_jumped: "el registro saltó",
    },
    time: "Hora",
    stateTitle: "Estado",
    table: "Las mismas cifras en una tabla",
    choose: (times) => `Elegir ${times}`,
    unknown: "no se conoce",
  },

  member: {
    title: "La parte de un miembro",
    choose: "Miembro",
    nobody: "Elija un miembro",
    invite: "Elija un miembro para ver lo que consumió, cuál fue su parte de las plantas y por qué.",
    unknown: (member) => `Aquí no hay ningún miembro llamado ${member}.`,
    used: "Consumido",
    allotted: "De nuestras plantas",
    fromGrid: "De la red",
    percent: "Parte propia",
    percentHint: "de lo consumido",
    chart: (member) => `Gráfico del día de ${member}`,
    slider: "Intervalo",
    sliderHint: "Deslice, pulse en el gráfico o use las flechas para elegir un intervalo.",
    sliderValue: (of) => `${of.times}: ${of.used} kWh consumidos, ${of.allotted} kWh de nuestras plantas`,
    previous: "Intervalo anterior",
    next: "Intervalo siguiente",
  },

  why: {
    title: (energy) => `¿Por qué me tocaron ${energy} kWh?`,
    titleHeld: "¿Por qué está retenido este intervalo?",
    titlePending: "Este intervalo aún no ha terminado",
    pending: "Lo que traiga se sabrá poco después de que termine.",
    coefficients: "no se nombraron partes válidas para este intervalo",
    held: "En este intervalo no se reparte nada hasta que se conozcan estas lecturas o decida la persona encargada:",
    community: (of) =>
      `Juntas, las plantas generaron ${of.generated} kWh, y todos los miembros juntos consumieron ${of.used} kWh.`,
    mine: (of) => `${of.member} consumió ${of.used} kWh de ellos (${of.quality}).`,
    rule: {
      consumption: "La regla: lo generado se reparte en proporción a lo que cada cual consumía en ese momento.",
      equal: "La regla: lo generado se reparte a partes iguales.",
      fixed: "La regla: cada cual tiene una parte fija de lo generado.",
      priority: "La regla: lo generado va al primer rango hasta que tenga bastante, y después al siguiente.",
      external: "La regla: lo generado se reparte según las partes que alguien de fuera nombró para este intervalo.",
    },
    nextTier: "Después, de lo que quedó:",
    quota: "Parte exacta:",
    capped: (energy) => `Nadie recibe más de lo que aquí puede usar: como mucho ${energy} kWh.`,
    rounding: {
      exact: "Es un número entero de millonésimas de kWh; no hubo que redondear nada.",
      up: "Redondeado hacia arriba a una millonésima de kWh entera: los restos mayores suben hasta que todas las partes suman exactamente.",
      down: "Redondeado hacia abajo a una millonésima de kWh entera: los restos mayores suben hasta que todas las partes suman exactamente, y este no estaba entre ellos.",
    },
    own: (energy) => `${energy} kWh de ello eran propios, generados y usados tras el propio contador.`,
    result: (of) => `Así, ${of.allotted} kWh vinieron de nuestras plantas y ${of.grid} kWh de la red.`,
    evidence: "De dónde sale esto",
    policy: "Regla",
    policyText: "Su texto",
    version: "Versión",
    entry: "Asiento",
    notBooked: "aún sin anotar",
    registers: "Registros en ambos extremos",
    point: "Punto de medida",
    start: "Inicio",
    end: "Fin",
    difference: "Diferencia",
    series: "Serie",
  },

  books: {
    unable:
      "Este navegador no puede comprobar los libros aquí: solo calcula en páginas de su propia máquina o por HTTPS.",
    unanswered: "Los libros no se han podido comprobar ahora; la página lo vuelve a intentar.",
    first: (count) =>
      `Los libros tienen ${count} asientos. Este navegador los recuerda y comprueba desde ahora que nada en ellos cambie.`,
    continues: (of) =>
      `Libros comprobados: ${of.count} asientos. Continúan sin cambios lo que usted vio el ${of.since}.`,
    broken: "Los libros no son los que usted vio antes",
    fault: {
      changed: "Hay asientos que ya no están como estaban, o el hub no puede mostrar que lo estén.",
      shorter: "Faltan asientos que estaban: los libros se han acortado.",
      other_key: "Los libros están firmados con otra clave que antes.",
      not_signed: "Lo que muestra el hub no está firmado con su propia clave.",
      split: "El propio hub dice que sus libros contradicen lo que firmó.",
    },
    lastSeen: (when) => `La última vez que los vio enteros fue el ${when}.`,
    whatToDo:
      "Pregunte a quien cuida la instalación si se recuperó una copia antigua, y compare con otros miembros. Guarde lo que sigue: demuestra lo que el hub firmó.",
    evidence: "Lo que se firmó, y empezar de nuevo",
    keptNote: "Lo que usted vio entonces, con su clave",
    shownNote: "Lo que el hub muestra ahora",
    startOverWhat: "Solo si conoce el motivo: el navegador olvida lo que vio y toma los libros como están ahora.",
    startOver: "Empezar de nuevo con estos libros",
  },

  devices: {
    title: "Plantas y dispositivos",
    flag: {
      dead: "no entrega nada",
      weak: "entrega mucho menos que las demás",
      high: "entrega mucho más que las demás",
    },
    fine: "como se espera",
    yield: (energy) => `${energy} kWh por kW`,
    generated: (energy) => `${energy} kWh hasta ahora`,
    noPlants: "Todavía no hay ninguna planta anotada.",
    allHeard: (count) => `Los ${count} dispositivos dieron señales en la última hora.`,
    notHeard: (device) => `${device}: todavía sin señales`,
    silent: (of) => `${of.device}: última señal ${of.ago}`,
    andMore: (count) => `y ${count} más`,
    quarantined: (count) =>
      count === 1
        ? "1 mensaje no se pudo leer y está guardado en cuarentena."
        : `${count} mensajes no se pudieron leer y están guardados en cuarentena.`,
    flagNote: "Estas marcas son para quien cuida la instalación; no cambian ninguna cifra.",
  },
};
