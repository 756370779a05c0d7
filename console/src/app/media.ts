import { useSyncExternalStore } from "react";

/** Whether a media query matches, now and after each change. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** As in table.css: then rows are cards. */
export const usePhone = (): boolean => useMedia("(max-width: 720px)");
