import { useModelProgress } from "../api/queries.ts";
import { Code } from "../parts/code.tsx";
import { usd } from "../text/money.ts";

/** What a model is writing for a running step, with its estimated cost; nothing while no model writes. */
export function ModelText({ run, path }: { run: string; path: string }) {
  const { progress } = useModelProgress(run, path).data ?? {};
  if (!progress) return null;
  const { model, text, omitted, tokens, usd: cost } = progress;
  return (
    <section aria-label="Answer of the model so far" className="stack" style={{ gap: 4 }}>
      <h3>The model is answering</h3>
      <p className="detail number">
        {model}, about {tokens.input} tokens in, {tokens.output} out, {usd(cost)}
      </p>
      <Code
        text={omitted === undefined ? text : `… ${omitted} characters …\n${text}`}
        label="Answer so far"
      />
    </section>
  );
}
