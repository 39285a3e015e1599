import type { KeptRegisterEvent, RegisterEventLog } from "../../members/register-event.ts";

/** Register events for tests; nothing outlives the process. */
export function memoryRegisterEventLog(): RegisterEventLog {
  const events: KeptRegisterEvent[] = [];
  return {
    async add(event, said) {
      const kept = { ...event, ...said, seq: events.length + 1 };
      events.push(kept);
      return kept;
    },
    async list() {
      return [...events];
    },
  };
}
