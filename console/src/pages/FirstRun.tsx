import { useCallback, useEffect, useRef, useState } from "react";
import type { Dispatch, SetStateAction } from "react";
import { call } from "../api/client";
import { isTrying, noChoices, requestOf } from "../api/firstRun";
import type { Choices } from "../api/firstRun";
import { useResource } from "../api/resource";
import { session } from "../api/session";
import type { FirstRunReport } from "../api/types";
import { AddressesStep, AdmissionStep, DevicesStep, MailStep, SummaryStep, UplinkStep } from "../components/FirstRunSteps";
import { FirstRunTrial } from "../components/FirstRunTrial";
import { Brand } from "../components/Icon";
import { Action, ErrorNote, Loaded, Note, Words } from "../components/ui";
import { duration, safe } from "../format";
import { useStore } from "../store";
import { useTexts } from "../texts";

const names = ["devices", "uplink", "addresses", "admission", "mail", "summary"] as const;

/** From a machine without a configuration to a gateway that runs: `innkeeper setup --web` answers here. */
export default function FirstRun() {
  const t = useTexts();
  const gateway = safe(useStore(session)?.gateway ?? "Innkeeper", 40);
  const isOnTrial = useStore(isTrying);
  const report = useResource<FirstRunReport>(isOnTrial ? null : "/first-run", { every: 3000 });
  const [trials, setTrials] = useState(0);
  const [step, setStep] = useState(0);
  const [choices, setChoices] = useState<Choices>();
  const head = useRef<HTMLHeadingElement>(null);
  const title = isOnTrial ? t.firstRun.title : t.firstRun.steps[names[step] ?? "devices"];
  useEffect(() => {
    document.title = `${title} · ${gateway}`;
    head.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [title, gateway]);
  const takenBack = useCallback(() => setStep(names.length - 1), []);
  return (
    <main className="front first-run">
      <div className="card">
        <div className="brand">
          <Brand />
          <span>{gateway}</span>
        </div>
        <div className="stack">
          <h1 ref={head} tabIndex={-1}>
            {title}
          </h1>
          {isOnTrial ? (
            <FirstRunTrial trials={trials} onTakenBack={takenBack} />
          ) : (
            <Loaded of={report}>
              {(data) => (
                <Steps
                  report={data}
                  step={step}
                  setStep={setStep}
                  // Until a person chooses, the suggestions follow what is heard.
                  choices={choices ?? { ...noChoices, access: data.access ?? "", uplink: data.uplink ?? "" }}
                  setChoices={setChoices}
                  onApplied={() => {
                    setTrials(data.trials);
                    isTrying.set(true);
                  }}
                />
              )}
            </Loaded>
          )}
        </div>
      </div>
    </main>
  );
}

interface StepsProps {
  report: FirstRunReport;
  step: number;
  setStep: (step: number) => void;
  choices: Choices;
  setChoices: Dispatch<SetStateAction<Choices | undefined>>;
  onApplied: () => void;
}

function Steps({ report, step, setStep, choices, setChoices, onApplied }: StepsProps) {
  const t = useTexts();
  const [isReady, setReady] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const name = names[step] ?? "devices";
  const props = { report, choices, change: (some: Partial<Choices>) => setChoices((now) => ({ ...(now ?? choices), ...some })) };
  const isChosen = name === "devices" ? choices.access !== "" : name === "uplink" ? choices.uplink !== "" : true;
  const move = (next: number) => {
    setError(undefined);

    // From here on the suggestions are the person's.
    setChoices(choices);
    setStep(next);
  };
  const apply = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call("/first-run/apply", { method: "POST", body: requestOf(choices) });
      onApplied();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <>
      <p className="dim">{t.firstRun.step(step + 1, names.length)}</p>
      {report.outcome != null && (
        <div role="alert">
          <Note look="warn" title={t.firstRun.takenBack}>
            <Words>{report.outcome}</Words>
          </Note>
        </div>
      )}
      {name === "devices" && <DevicesStep {...props} />}
      {name === "uplink" && <UplinkStep {...props} />}
      {name === "addresses" && <AddressesStep {...props} />}
      {name === "admission" && <AdmissionStep {...props} />}
      {name === "mail" && <MailStep {...props} />}
      {name === "summary" && <SummaryStep {...props} onReady={setReady} />}
      {error !== undefined && <ErrorNote error={error} />}
      <div className="row spread">
        <Action onPress={() => move(step - 1)} isDisabled={step === 0}>
          {t.firstRun.back}
        </Action>
        {name === "summary" ? (
          <Action look="primary" onPress={() => void apply()} isPending={isBusy} isDisabled={!isReady}>
            {t.firstRun.apply(duration(report.confirm_within))}
          </Action>
        ) : (
          <Action look="primary" onPress={() => move(step + 1)} isDisabled={!isChosen}>
            {t.firstRun.next}
          </Action>
        )}
      </div>
    </>
  );
}
