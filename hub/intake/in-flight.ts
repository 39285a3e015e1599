/** One message that is being stored; it holds its place until everything before it is stored as well. */
interface Place {
  /** Undefined for a message of QoS 0, which nobody waits for. */
  readonly packet: number | undefined;
  readonly bytes: number;
  readonly since: number;
  isStored: boolean;
}

export interface InFlight {
  /** A message arrived; the function returned says that it is stored. */
  take(message: { readonly packet: number | undefined; readonly bytes: number }): () => void;
  /** True when no more should be read before something is stored. */
  isFull(): boolean;
  /** Call back once there is room again. One caller waits at a time. */
  onRoom(resume: () => void): void;
  /** When the oldest message that is not stored yet arrived, in ms of `performance.now()`; undefined when none is. */
  oldest(): number | undefined;
  /** Resolves when everything taken so far is stored and acknowledged. */
  settled(): Promise<void>;
}

/**
 * The messages of one connection between their arrival and their acknowledgement. Acknowledgements leave in the order of
 * arrival, as MQTT demands (3.1.1 and 5, section 4.6), and those of one commit leave together.
 * @param acknowledge is given the packet ids of messages that are stored, oldest first
 */
export function inFlight(options: {
  readonly mostMessages: number;
  readonly mostBytes: number;
  acknowledge(packets: readonly number[]): void;
}): InFlight {
  const places = new Set<Place>();
  let bytes = 0;
  let isFlushing = false;
  let resumeReading: (() => void) | undefined;
  let onSettled: (() => void)[] = [];

  const isFull = (): boolean => places.size >= options.mostMessages || bytes >= options.mostBytes;

  const flush = (): void => {
    isFlushing = false;
    const packets: number[] = [];
    for (const place of places) {
      if (!place.isStored) break;
      places.delete(place);
      bytes -= place.bytes;
      if (place.packet !== undefined) packets.push(place.packet);
    }
    if (packets.length > 0) options.acknowledge(packets);
    if (resumeReading !== undefined && !isFull()) {
      const resume = resumeReading;
      resumeReading = undefined;
      resume();
    }
    if (places.size > 0) return;
    for (const done of onSettled) done();
    onSettled = [];
  };

  return {
    take(message) {
      const place: Place = { ...message, since: performance.now(), isStored: false };
      places.add(place);
      bytes += place.bytes;
      return () => {
        place.isStored = true;
        if (isFlushing) return;
        isFlushing = true;
        // After the promises of the whole commit have spoken, so that one write carries all their acknowledgements.
        setImmediate(flush);
      };
    },
    isFull,
    onRoom(resume) {
      resumeReading = resume;
    },
    oldest() {
      const [first] = places;
      return first?.since;
    },
    settled() {
      if (places.size === 0) return Promise.resolve();
      return new Promise((resolve) => onSettled.push(resolve));
    },
  };
}
