/** Somebody asking this process to end: Ctrl-C in a terminal, or systemd. */
export interface StopSignal {
  /** True from the moment it was asked. */
  readonly asked: boolean;
  /** Wait for work, or until somebody asks to stop, whatever comes first; `undefined` means stop. */
  unless<T>(work: Promise<T>): Promise<T | undefined>;
  /** Stop listening: signals end the process again. */
  forget(): void;
}

/**
 * npm and the terminal may both pass one Ctrl-C on, so a repeated signal soon after the first is the same wish.
 * Later it means that ending in order takes too long.
 */
const IMPATIENT_AFTER_MS = 2_000;
/** What shells report for a process that SIGINT ended. */
const EXIT_INTERRUPTED = 130;

/** From here on SIGINT and SIGTERM are wishes to be granted in order; one more after a while ends the process at once. */
export function awaitStop(): StopSignal {
  let askedAt: number | undefined;
  const asking = Promise.withResolvers<undefined>();
  const listen = (): void => {
    if (askedAt !== undefined && performance.now() - askedAt > IMPATIENT_AFTER_MS) process.exit(EXIT_INTERRUPTED);
    askedAt ??= performance.now();
    asking.resolve(undefined);
  };
  process.on("SIGINT", listen).on("SIGTERM", listen);
  return {
    get asked() {
      return askedAt !== undefined;
    },
    unless: (work) => Promise.race([work, asking.promise]),
    forget() {
      process.off("SIGINT", listen).off("SIGTERM", listen);
    },
  };
}
