import { useEffect, useState } from "preact/hooks";

/** The value once it has been the same for a while: what a slider passes on its way is not asked of the hub. */
export function useCalm<Value>(value: Value, calm_ms: number): Value {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), calm_ms);
    return () => clearTimeout(timer);
  }, [value, calm_ms]);
  return calm;
}
