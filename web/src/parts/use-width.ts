/** The width of an element as it is drawn, so that the text of a drawing keeps its size on every screen. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** The element to watch and its width in pixels, between the two bounds. */
export function useWidth<T extends Element>(
  least: number,
  most: number,
): readonly [RefObject<T | null>, number] {
  const element = useRef<T>(null);
  const [width, setWidth] = useState(most);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.round(Math.min(most, Math.max(least, entry.contentRect.width))));
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [least, most]);
  return [element, width];
}
