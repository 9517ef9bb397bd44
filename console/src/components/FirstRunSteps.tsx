import { useEffect, useId, useState } from "react";
import type { ReactNode } from "react";
import { call } from "../api/client";
import { mailOf, requestOf } from "../api/firstRun";
import type { Choices } from "../api/firstRun";
import type { FirstRunFile, FirstRunPort, FirstRunReport, MailTest, Plan } from "../api/types";
import { duration, safe } from "../format";
import { useTexts } from "../texts";
import { Choice, TextInput } from "./fields";
import { Action, ErrorNote, Loading, Note, Words } from "./ui";

export interface StepProps {
  report: FirstRunReport;
  choices: Choices;
  change: (some: Partial<Choices>) => void;
}

const mostNamed = 4;

/** The browser's own buttons: they work with every key and reader. */
function Radios<T extends string>({ label, value, options, onChange }: { label: string; value: string; options: readonly { value: T; text: ReactNode; isOff?: boolean }[]; onChange: (value: T) => void }) {
  const name = useId();
  return (
    <fieldset className="options">
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="option">
          <input type="radio" name={name} value={option.value} checked={value === option.value} onChange={() => onChange(option.value)} />
          <span className="grow words">{option.text}</span>
        </label>
      ))}
    </fieldset>
  );
}

function PortText({ port, children }: { port: FirstRunPort; children: ReactNode }) {
  const t = useTexts();
  const facts = [port.has_carrier ? undefined : port.is_up ? t.firstRun.noCable : t.firstRun.off, port.address ?? t.firstRun.noAddress, port.hardware ?? undefined].filter((fact) => fact !== undefined);
  return (
    <>
      <strong>{safe(port.name)}</strong> <span className="dim small">{safe(facts.join(" · "), 120)}</span>
      <br />
      {children}
    </>
  );
}

export function DevicesStep({ report, choices, change }: StepProps) {
  const t = useTexts();
  const heard = (port: FirstRunPort) => {
    const names = port.stations.slice(0, mostNamed).map((s) => `${s.mac}${s.vlan === 0 ? "" : ` (VLAN ${s.vlan})`}${s.address == null ? "" : ` ${s.address}`}${s.vendor == null ? "" : ` ${safe(s.vendor, 24)}`}`);
    return `${t.firstRun.heard(port.heard)}${names.length === 0 ? "" : `: ${names.join(", ")}`}${port.heard > names.length && names.length > 0 ? ` ${t.firstRun.andMore(port.heard - names.length)}` : ""}`;
  };
  return (
    <>
      <p>{t.firstRun.devicesText}</p>
      <Radios
        label={t.firstRun.steps.devices}
        value={choices.access}
        onChange={(access) => change({ access })}
        options={report.ports.map((port) => ({ value: port.name, text: <PortText port={port}>{heard(port)}</PortText> }))}
      />
    </>
  );
}

export function UplinkStep({ report, choices, change }: StepProps) {
  const t = useTexts();
  const chosen = report.ports.find((port) => port.name === choices.uplink);
  const router = (port: FirstRunPort) =>
    port.router == null ? undefined : `${t.firstRun.router(port.router)} ${port.router_answers == null ? t.firstRun.asked : port.router_answers ? t.firstRun.answers : t.firstRun.silent}`;
  return (
    <>
      <p>{t.firstRun.uplinkText}</p>
      <Radios
        label={t.firstRun.steps.uplink}
        value={choices.uplink}
        onChange={(uplink) => change({ uplink, ranges: "" })}
        options={report.ports.map((port) => ({
          value: port.name,
          text: <PortText port={port}>{[router(port), port.name === choices.access ? t.firstRun.sameInterface : undefined].filter((part) => part !== undefined).join(" · ")}</PortText>,
        }))}
      />
      {chosen !== undefined && (
        <Note look="info" live>
          {choices.access === choices.uplink ? t.firstRun.oneArm(safe(choices.access)) : t.firstRun.twoArms(safe(choices.access), safe(choices.uplink))}
        </Note>
      )}
      {chosen !== undefined && (chosen.address == null ? <Note look="warn" live>{t.firstRun.noUplinkAddress}</Note> : chosen.router_answers !== true && <Note look="warn" live>{t.firstRun.noRouter}</Note>)}
    </>
  );
}

export function AddressesStep({ choices, change }: StepProps) {
  const t = useTexts();
  const [plan, setPlan] = useState<Plan>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const find = async () => {
    setBusy(true);
    setError(undefined);
    setPlan(undefined);
    try {
      const found = (await call<Plan>("/first-run/plan", { method: "POST", body: { uplink: choices.uplink, devices: Number(choices.devices) || 0 } })).data;
      setPlan(found);
      change({ ranges: found.ranges.join(", ") });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <TextInput label={t.firstRun.howMany} hint={t.firstRun.howManyHint} value={choices.devices} onChange={(devices) => change({ devices })} maxLength={6} />
      <div>
        <Action onPress={() => void find()} isPending={isBusy}>
          {t.firstRun.find}
        </Action>
      </div>
      <div role="status" className="stack tight">
        {isBusy && <p className="dim">{t.firstRun.finding}</p>}
        {plan !== undefined && (
          <Note look={plan.found < plan.needed ? "warn" : "good"}>
            {plan.needed === 0 ? t.firstRun.enough(plan.devices) : `${t.firstRun.needs(plan.devices, plan.needed)} ${t.firstRun.found(plan.found, plan.asked, plan.in_use)}${plan.found < plan.needed ? ` ${t.firstRun.tooFew}` : ""}`}
          </Note>
        )}
      </div>
      {error !== undefined && <ErrorNote error={error} />}
      <TextInput label={t.firstRun.ranges} hint={t.firstRun.rangesHint} value={choices.ranges} onChange={(ranges) => change({ ranges })} maxLength={1000} />
    </>
  );
}

export function AdmissionStep({ choices, change }: StepProps) {
  const t = useTexts();
  return (
    <>
      <Radios
        label={t.firstRun.steps.admission}
        value={choices.admission}
        onChange={(admission) => change({ admission })}
        options={[
          { value: "auto", text: t.firstRun.everyone },
          { value: "approve", text: t.firstRun.approve },
        ]}
      />
      <TextInput label={t.firstRun.limit} hint={t.firstRun.limitHint} placeholder={t.firstRun.noLimit} value={choices.lifetime} onChange={(lifetime) => change({ lifetime })} maxLength={9} />
    </>
  );
}

export function MailStep({ choices, change }: StepProps) {
  const t = useTexts();
  return (
    <>
      <p>{t.firstRun.mailText}</p>
      <label className="check">
        <input type="checkbox" checked={choices.wantsMail} onChange={(e) => change({ wantsMail: e.target.checked })} />
        {t.firstRun.wantsMail}
      </label>
      {choices.wantsMail && (
        <>
          <TextInput label={t.firstRun.server} hint={t.firstRun.serverHint} value={choices.server} onChange={(server) => change({ server })} maxLength={256} />
          <Choice
            label={t.firstRun.tls}
            value={choices.tls}
            onChange={(tls) => change({ tls })}
            options={[
              ["starttls", t.firstRun.tlsKinds.starttls],
              ["implicit", t.firstRun.tlsKinds.implicit],
              ["none", t.firstRun.tlsKinds.none],
            ]}
          />
          <TextInput label={t.firstRun.user} autoComplete="off" value={choices.user} onChange={(user) => change({ user })} maxLength={255} />
          <TextInput label={t.firstRun.password} hint={t.firstRun.passwordHint} type="password" autoComplete="off" value={choices.password} onChange={(password) => change({ password })} maxLength={256} />
          <TextInput label={t.firstRun.sender} value={choices.from} onChange={(from) => change({ from })} maxLength={254} />
          <TextInput label={t.firstRun.recipients} hint={t.firstRun.recipientsHint} value={choices.to} onChange={(to) => change({ to })} maxLength={256} />
          <TestMail choices={choices} />
        </>
      )}
    </>
  );
}

function TestMail({ choices }: { choices: Choices }) {
  const t = useTexts();
  const [result, setResult] = useState<MailTest>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    setError(undefined);
    setResult(undefined);
    try {
      setResult((await call<MailTest>("/first-run/mail", { method: "POST", body: mailOf(choices) })).data);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack tight" role="status">
      <div>
        <Action onPress={() => void test()} isPending={isBusy}>
          {t.firstRun.test}
        </Action>
      </div>
      {error !== undefined && <ErrorNote error={error} />}
      {result !== undefined && (
        <Note look={result.is_taken ? "good" : "bad"} title={result.is_taken ? t.mail.tested : t.mail.notTaken}>
          <Words>{result.text}</Words>
        </Note>
      )}
    </div>
  );
}

export function SummaryStep({ report, choices, onReady }: StepProps & { onReady: (isReady: boolean) => void }) {
  const t = useTexts();
  const [file, setFile] = useState<FirstRunFile>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let isOver = false;
    onReady(false);
    call<FirstRunFile>("/first-run/file", { method: "POST", body: requestOf(choices) }).then(
      (answer) => {
        if (!isOver) {
          setFile(answer.data);
          onReady(answer.data.errors.length === 0);
        }
      },
      (failure: unknown) => isOver || setError(failure),
    );
    return () => {
      isOver = true;
    };
  }, [choices, onReady]);
  if (error !== undefined) {
    return <ErrorNote error={error} />;
  }

  if (file === undefined) {
    return <Loading />;
  }

  return (
    <>
      {file.errors.length > 0 && (
        <div role="alert">
          <Note look="bad" title={t.firstRun.errors}>
            {file.errors.map((line) => (
              <div key={line}>
                <Words>{line}</Words>
              </div>
            ))}
          </Note>
        </div>
      )}
      <p>
        {t.firstRun.file(safe(file.file, 200))} {report.replaces && t.firstRun.replaces}
      </p>
      <pre className="code" lang="en" tabIndex={0} aria-label={t.settings.editor}>
        {file.text}
      </pre>
      <Note look="info">{t.firstRun.trialText(duration(report.confirm_within))}</Note>
    </>
  );
}
