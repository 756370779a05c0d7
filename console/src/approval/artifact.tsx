import { useQuery } from "@tanstack/react-query";
import { address, ask, BASE } from "../api/client.ts";
import type { ArtifactView } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";

/** Signed addresses are valid for some minutes; before that, a new one is requested. */
const HOLDS = 3 * 60_000;

/**
 * A file of a run: images, videos and sounds are shown or played, others are downloaded. HTML elements send
 * no token, so the API returns an address that needs none.
 */
export function Artifact({ artifact: { artifact, type, name } }: { artifact: ArtifactView }) {
  const signed = useQuery({
    queryKey: ["artifact", artifact],
    queryFn: async ({ signal }) => {
      const resource = new URL(artifact, new URL("api/", BASE));
      const answer = await ask(resource.origin === BASE.origin ? resource : address(artifact), {
        headers: { Accept: "application/json" },
        signal,
      });
      return ((await answer.json()) as { url: string }).url;
    },
    staleTime: HOLDS,
    refetchOnWindowFocus: false,
  });
  if (signed.error) {
    return (
      <p className="notice bad">
        <Icon name="warning" />
        <span className="wrap-anywhere">
          {name} cannot be shown: {signed.error.message}{" "}
          <button type="button" className="button small" onClick={() => void signed.refetch()}>
            Try again
          </button>
        </span>
      </p>
    );
  }
  const url = signed.data;
  if (url === undefined)
    return <span className="skeleton" style={{ height: 160 }} role="status" aria-label={`Loading ${name}`} />;
  return (
    <figure>
      <Media url={url} type={type} name={name} />
      <figcaption>
        <a href={url} target="_blank" rel="noreferrer" download={name}>
          {name}
        </a>{" "}
        {type.split(";")[0]}
      </figcaption>
    </figure>
  );
}

function Media({ url, type, name }: { url: string; type: string; name: string }) {
  if (type.startsWith("image/")) return <img src={url} alt={name} loading="lazy" />;
  // biome-ignore lint/a11y/useMediaCaption: films that workflows make come without captions
  if (type.startsWith("video/")) return <video src={url} controls preload="metadata" aria-label={name} />;
  // biome-ignore lint/a11y/useMediaCaption: sounds that workflows make come without captions
  if (type.startsWith("audio/")) return <audio src={url} controls preload="metadata" aria-label={name} />;
  return (
    <p className="row">
      <Icon name="list" /> Download the file
    </p>
  );
}
