import { useMemo } from "react";
import { useResource } from "../api/resource";
import { useMay } from "../api/session";
import type { Config, Profile, Profiles } from "../api/types";
import { bitRate, duration, number, safe } from "../format";
import { href } from "../router";
import { useTexts } from "../texts";
import { rulesOf } from "./rules";
import { Table } from "./Table";
import { Card, Empty, Loaded } from "./ui";

/** What each profile allows, and how many devices have it; then the rules that give profiles to devices. */
export function ProfilesTable() {
  const t = useTexts();
  const isAdmin = useMay("admin");
  const profiles = useResource<Profiles>("/profiles", { every: 15_000, concerns: (e) => e.kind.startsWith("device") || e.kind.startsWith("configuration") });
  return (
    <div className="stack">
      <Card title={t.profiles.title} flush>
        <Loaded of={profiles}>
          {(data) => (
            <Table heads={[t.profiles.name, t.profiles.devices, t.profiles.admission, t.profiles.address, t.profiles.limits, t.profiles.reach, t.profiles.gateway]}>
              {data.profiles.map((profile) => (
                <Row key={profile.name} profile={profile} />
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
      {isAdmin && <Rules />}
    </div>
  );
}

function Row({ profile }: { profile: Profile }) {
  const t = useTexts();
  const total = Object.values(profile.devices).reduce((sum, n) => sum + n, 0);
  const rates = [profile.rate_in == null ? undefined : `↓ ${bitRate(profile.rate_in)}`, profile.rate_out == null ? undefined : `↑ ${bitRate(profile.rate_out)}`].filter((r) => r !== undefined);
  return (
    <tr>
      <th scope="row">{safe(profile.name)}</th>
      <td data-label={t.profiles.devices}>
        <a href={href(["devices"], { profile: profile.name })}>{number(total)}</a>
        {(profile.devices["held"] ?? 0) > 0 && <span className="dim small"> · {t.overview.waiting(profile.devices["held"] ?? 0)}</span>}
      </td>
      <td data-label={t.profiles.admission}>
        {t.profiles.admissions[profile.admission as keyof typeof t.profiles.admissions] ?? profile.admission}
        {profile.lifetime != null && <span className="dim small"> · {t.profiles.lifetime(duration(profile.lifetime))}</span>}
      </td>
      <td data-label={t.profiles.address}>{t.profiles.legals[profile.legal as keyof typeof t.profiles.legals] ?? profile.legal}</td>
      <td data-label={t.profiles.limits}>
        {rates.length === 0 ? t.profiles.unlimited : rates.join(" ")}
        {rates.length > 0 && profile.limits_per !== "device" && <span className="dim small"> · {t.profiles.per[profile.limits_per as keyof typeof t.profiles.per] ?? profile.limits_per}</span>}
        <br />
        <span className="dim small">{t.profiles.addresses(profile.addresses)}</span>
      </td>
      <td data-label={t.profiles.reach}>
        {profile.isolate ? t.profiles.isolated : t.profiles.together} · {profile.inbound ? t.profiles.inbound : t.profiles.noInbound}
        {profile.denied.length > 0 && (
          <>
            <br />
            <span className="dim small words">{t.profiles.denied(profile.denied.slice(0, 8).join(", "))}</span>
          </>
        )}
        {profile.allowed.length > 0 && (
          <>
            <br />
            <span className="dim small words">{t.profiles.allowed(profile.allowed.slice(0, 8).join(", "))}</span>
          </>
        )}
      </td>
      <td data-label={t.profiles.gateway}>
        {safe(profile.gateway)}
        {profile.fallback != null && <span className="dim small"> → {safe(profile.fallback)}</span>}
      </td>
    </tr>
  );
}

function Rules() {
  const t = useTexts();
  const config = useResource<Config>("/configuration", { concerns: (e) => e.kind.startsWith("configuration") });
  const rules = useMemo(() => rulesOf(config.data?.values ?? []), [config.data]);
  return (
    <Card title={t.profiles.rules} flush>
      <Loaded of={config}>
        {() =>
          rules.length === 0 ? (
            <Empty>{t.profiles.noRules}</Empty>
          ) : (
            <Table heads={[t.settings.number, t.profiles.conditions, t.profiles.gives]}>
              {rules.map((rule) => (
                <tr key={rule.number}>
                  <th scope="row">{rule.number}</th>
                  <td>
                    {rule.conditions.map(([key, value]) => (
                      <span key={key} className="chip">
                        <code>
                          {key} = {safe(value)}
                        </code>
                      </span>
                    ))}
                  </td>
                  <td>
                    <a href={href(["devices"], { profile: rule.profile })}>{safe(rule.profile)}</a>
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
      <p className="hint rules-hint">{t.profiles.rulesHint}</p>
    </Card>
  );
}
