using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Messages to the administrator, and the gateway's networks.</summary>
internal static class OutboxRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;

    public static ApiRoute[] Of(IOutboxOperations outbox) =>
    [
        ApiRoutes.Get(
            "listOutbox", Routes.Outbox, "The messages to the administrator that wait, and the last of those that do not.", Permission.Admin, s_answers.OutboxMessagesReport, call => outbox.List(call.Actor)),
        ApiRoutes.Write(
            "retryMessage", "POST", Routes.OutboxRetry, "Sends a message at once, whatever became of it so far.", Permission.Admin, s_answers.MessageChange,
            (call, options) => new(outbox.Retry(call.Actor, call.Path("message"), options))),
        ApiRoutes.Write(
            "deleteMessage", "DELETE", Routes.OutboxMessage, "Deletes a message; one that waits is not sent.", Permission.Admin, s_answers.MessageChange,
            (call, options) => new(outbox.Delete(call.Actor, call.Path("message"), options))),
        ApiRoutes.Operation(
            "testMail", "POST", Routes.MailTest, "Sends one message now, and answers with the conversation with the mail server.", Permission.Admin, RequestsContext.Default.MailTestRequest,
            s_answers.MailTestReport, (call, request) => outbox.TestMailAsync(call.Actor, request, call.Context.RequestAborted)),
    ];
}
