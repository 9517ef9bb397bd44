import { useState } from "react";
import { call, path } from "../api/client";
import { useResource } from "../api/resource";
import type { MailTest, Outbox, OutboxMessage, OutboxState } from "../api/types";
import { Page } from "../components/Page";
import { useStatus } from "../components/Shell";
import { Table } from "../components/Table";
import { Ago, Time } from "../components/Time";
import { toast } from "../components/Toasts";
import { Action, Card, Empty, ErrorNote, Facts, Loaded, Note, Words, errorText } from "../components/ui";
import { number, safe } from "../format";
import { useTexts } from "../texts";

export default function Mail() {
  const t = useTexts();
  const status = useStatus();
  const outbox = useResource<Outbox>("/outbox", { every: 10_000, concerns: (e) => e.kind.startsWith("mail") || e.kind.startsWith("webhook") });
  return (
    <Page title={t.nav.mail}>
      <Loaded of={status}>
        {(data) => (
          <div className="columns">
            <Channel title={t.mail.mail} state={data.mail} off={t.mail.mailOff}>
              <Test />
            </Channel>
            <Channel title={t.mail.webhook} state={data.webhook} off={t.mail.webhookOff} />
          </div>
        )}
      </Loaded>
      <Card title={t.mail.outbox} flush>
        <Loaded of={outbox}>{(data) => (data.messages.length === 0 ? <Empty>{t.mail.none}</Empty> : <Messages messages={data.messages} reload={outbox.reload} />)}</Loaded>
      </Card>
    </Page>
  );
}

function Channel({ title, state, off, children }: { title: string; state?: OutboxState | null; off: string; children?: React.ReactNode }) {
  const t = useTexts();
  return (
    <Card title={title}>
      {state == null ? (
        <p className="dim">{off}</p>
      ) : (
        <div className="stack">
          <Facts
            rows={[
              [t.mail.waiting, number(state.waiting)],
              [t.mail.sent, number(state.sent)],
              [t.mail.dead, number(state.dead)],
            ]}
          />
          {state.last_answer != null && (
            <Note look={state.last_taken === true ? "good" : "warn"} title={t.mail.lastAnswer}>
              <Words>{state.last_answer}</Words>
              {state.last_time != null && (
                <span className="dim small">
                  {" "}
                  · <Ago at={state.last_time} />
                </span>
              )}
            </Note>
          )}
          {children}
        </div>
      )}
    </Card>
  );
}

/** Sends one message at once; the answer says what the mail server said. */
function Test() {
  const t = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [report, setReport] = useState<MailTest>();
  const test = async () => {
    setBusy(true);
    setError(undefined);
    setReport(undefined);
    try {
      setReport((await call<MailTest>("/mail/test", { method: "POST", body: {} })).data);
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
          {t.mail.test}
        </Action>
      </div>
      {error !== undefined && <ErrorNote error={error} />}
      {report !== undefined && (
        <>
          <Note look={report.is_taken ? "good" : "bad"} title={report.is_taken ? t.mail.tested : t.mail.notTaken}>
            <Words>{report.text}</Words>
          </Note>
          <pre className="code wrap" lang="en">
            {report.transcript.map((line) => safe(line, 500)).join("\n")}
          </pre>
        </>
      )}
    </div>
  );
}

function Messages({ messages, reload }: { messages: readonly OutboxMessage[]; reload: () => void }) {
  const t = useTexts();
  const act = async (message: OutboxMessage, method: "POST" | "DELETE") => {
    try {
      await call(method === "POST" ? path`/outbox/${message.id}/retry` : path`/outbox/${message.id}`, { method });
      toast(method === "POST" ? t.mail.retried : t.mail.deleted);
    } catch (error) {
      toast(errorText(error, t));
    }

    reload();
  };
  return (
    <Table heads={[t.mail.created, t.mail.channel, t.mail.subject, t.mail.state, t.common.actions]}>
      {messages.map((message) => (
        <tr key={message.id}>
          <td className="nowrap">
            <Time at={message.created} />
          </td>
          <td>{message.channel === "mail" ? t.mail.mail : t.mail.webhook}</td>
          <td>
            <Words>{message.subject}</Words>
          </td>
          <td>
            {t.mail.states[message.state as keyof typeof t.mail.states] ?? message.state}
            {message.attempts > 0 && <span className="dim"> · {t.mail.tries(message.attempts)}</span>}
            {message.next_try != null && (
              <span className="dim">
                {" "}
                · <Ago at={message.next_try} />
              </span>
            )}
            {message.answer != null && (
              <>
                <br />
                <span className="small dim">
                  <Words>{message.answer}</Words>
                </span>
              </>
            )}
          </td>
          <td>
            <span className="row">
              <Action small onPress={() => void act(message, "POST")} aria-label={`${t.mail.retry}: ${safe(message.subject)}`}>
                {t.mail.retry}
              </Action>
              <Action small look="danger" onPress={() => void act(message, "DELETE")} aria-label={`${t.common.remove}: ${safe(message.subject)}`}>
                {t.common.remove}
              </Action>
            </span>
          </td>
        </tr>
      ))}
    </Table>
  );
}
