import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface FocusedHeadingProps {
  readonly id: string;
  /** The focus comes here whenever this changes; null leaves it where it is. */
  readonly arrival: string | number | null;
  readonly level?: 2 | 3;
  readonly children: ComponentChildren;
}

/** A heading that takes the focus when it comes up, so that keyboard and screen reader go on from there. */
export function FocusedHeading({ id, arrival, level = 2, children }: FocusedHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (arrival !== null) heading.current?.focus();
  }, [arrival]);
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <Heading id={id} tabIndex={-1} ref={heading}>
      {children}
    </Heading>
  );
}
