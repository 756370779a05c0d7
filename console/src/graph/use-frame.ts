import { type RefObject, useEffect, useRef, useState } from "react";
import type { Frame } from "./focus.ts";

/** The size of the element that a graph is in, measured whenever it changes. */
export function useFrame(initial: Frame): [around: RefObject<HTMLDivElement | null>, frame: Frame] {
  const around = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState(initial);
  useEffect(() => {
    const element = around.current!;
    const observer = new ResizeObserver(() =>
      setFrame((before) => {
        const { clientWidth: width, clientHeight: height } = element;
        const isSame = width === 0 || (before.width === width && before.height === height);
        return isSame ? before : { width, height };
      }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [around, frame];
}
