import { useState } from "react";
import { path, withQuery } from "../api/client";
import { useResource } from "../api/resource";
import type { Diagnosis as Report, Step } from "../api/types";
import { useTexts } from "../texts";
import { TextInput } from "./fields";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";
import { Ago, Time } from "./Time";
import { Action, Card, Loaded, Note, Words } from "./ui";

const looks: Readonly<Record<string, readonly [IconName, string]>> = { ok: ["good", "good"], warning: ["warn", "warn"], fault: ["bad", "bad"], open: ["open", "dim"] };

/** Why a device is or is not online: the cause with its remedy, and each step with its evidence. */
export function Diagnosis({ device }: { device: string }) {
  const t = useTexts();
  const [to, setTo] = useState("");
  const [asked, setAsked] = useState("");
  const report = useResource<Report>(withQuery(path`/devices/${device}/diagnosis`, { to: asked }), { every: 15_000, concerns: (e) => e.mac === device });
  return (
    <Card
      title={t.why.title}
      actions={
        <div className="row">
          {report.data !== undefined && (
            <span className="dim small">
              <Ago at={report.data.time} />
            </span>
          )}
          <Action small onPress={report.reload}>
            {t.why.again}
          </Action>
        </div>
      }
    >
      <Loaded of={report}>
        {(data) => (
          <div className="stack">
            {data.devices.map((one) => (
              <div key={`${one.mac} ${one.vlan}`} className="stack tight">
                <Note
                  look={one.verdict === "ok" ? "good" : one.verdict === "fault" ? "bad" : one.verdict === "warning" ? "warn" : "info"}
                  title={one.cause.id === "none" ? t.why.nothing : <Words>{one.cause.text}</Words>}
                  live
                >
                  {one.cause.id !== "none" || one.cause.remedy !== "" ? <Words>{one.cause.remedy}</Words> : undefined}
                </Note>
                {one.steps.length > 0 && <Steps steps={one.steps} />}
              </div>
            ))}
          </div>
        )}
      </Loaded>
      <form
        className="filters"
        onSubmit={(e) => {
          e.preventDefault();
          setAsked(to.trim());
        }}
      >
        <TextInput label={t.why.to} value={to} onChange={setTo} placeholder="example.org" maxLength={253} />
        <Action type="submit">{t.why.follow}</Action>
      </form>
    </Card>
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const t = useTexts();
  return (
    <ol className="steps">
      {steps.map((step) => {
        const [icon, look] = looks[step.verdict] ?? (["open", "dim"] as const);
        return (
          <li key={step.id}>
            <span className={look}>
              <Icon name={icon} />
            </span>
            <span>
              {t.why.steps[step.id as keyof typeof t.why.steps] ?? step.id}
              <span className="visually-hidden"> {t.why.verdicts[step.verdict as keyof typeof t.why.verdicts] ?? step.verdict}</span>
            </span>
            <span className="text">
              <Words>{step.text}</Words>
              {step.time != null && (
                <span className="dim small">
                  {" "}
                  · <Time at={step.time} />
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
