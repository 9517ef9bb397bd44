import { useMay } from "../api/session";
import { Page } from "../components/Page";
import { Empty } from "../components/ui";
import { ConfigurationFile } from "../components/ConfigurationFile";
import { ConfigurationHistory } from "../components/ConfigurationHistory";
import { ConfigurationValues } from "../components/ConfigurationValues";
import { ProfilesTable } from "../components/ProfilesTable";
import { href } from "../router";
import { useTexts } from "../texts";

const parts = ["file", "history", "profiles", "values"] as const;
type Part = (typeof parts)[number];

export default function Settings({ rest }: { rest: readonly string[] }) {
  const t = useTexts();
  const isAdmin = useMay("admin");
  if (!isAdmin) {
    return (
      <Page title={t.nav.profiles}>
        <ProfilesTable />
      </Page>
    );
  }

  const part = (rest[0] ?? "file") as Part;
  return (
    <Page title={t.nav.settings}>
      <nav className="segments parts" aria-label={t.nav.settings}>
        {parts.map((name) => (
          <a key={name} href={href(name === "file" ? ["settings"] : ["settings", name])} aria-current={part === name ? "page" : undefined}>
            {t.settings.parts[name]}
          </a>
        ))}
      </nav>
      {part === "file" ? <ConfigurationFile /> : part === "history" ? <ConfigurationHistory /> : part === "profiles" ? <ProfilesTable /> : part === "values" ? <ConfigurationValues /> : <Empty>{t.errors.noPage}</Empty>}
    </Page>
  );
}
