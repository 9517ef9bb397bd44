using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Events, past and to come.</summary>
internal static class EventRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly ApiParameter s_last = new("last", $"How many of the latest; from 0 to {EventStream.MostEvents}. {EventStream.UsualEvents} if it is left out.", ApiParameterType.Number);

    public static ApiRoute[] Of(IEventOperations events) =>
    [
        ApiRoutes.Get("listEvents", Routes.Events, "The latest events that fit, oldest first.", Permission.Viewer, s_answers.EventsReport, call => List(events, call)) with
        {
            Parameters =
            [
                s_last, new("before", "Only events with smaller sequence numbers: the \"next\" of the page before.", ApiParameterType.Number),
                new("kind", "Only events of this kind, or of several, with commas between."),
                new("severity", $"Only events of this severity: {string.Join(", ", EventSeverity.All)}; or of several, with commas between."),
                new("device", "Only events about this device, by its MAC, or by an address or name that the text has."), new("actor", "Only orders of this user or token."),
                new("text", "Only events with this in their text."),
            ],
        },
        new(
            "streamEvents", "GET", Routes.EventStream,
            "Events as they happen: one JSON object on each line, or server-sent events where the Accept header asks for text/event-stream.", Permission.Viewer)
        {
            Parameters = [new("since", "A sequence number: the events after it come first. A browser gives it as Last-Event-ID.", ApiParameterType.Number), s_last],
            Response = s_answers.EventLine,
            ContentType = ApiStream.Lines,
            AnswerAsync = call => new(Subscribe(events, call)),
        },
    ];

    private static Result<EventsReport> List(IEventOperations events, ApiCall call)
    {
        if ((call.Number("last", EventStream.UsualEvents, out var last) ?? call.Number("before", null, out _)) is { } wrong)
        {
            return wrong;
        }

        call.Number("before", null, out var before);
        return events.List(
            call.Actor, new EventFilter(ApiRoutes.Count(last), before, call.Query("kind"), call.Query("severity"), call.Query("device"), call.Query("actor"), call.Query("text")));
    }

    private static ApiAnswer Subscribe(IEventOperations events, ApiCall call)
    {
        if ((call.Number("since", null, out var since) ?? call.Number("last", EventStream.UsualEvents, out _)) is { } wrong)
        {
            return ApiAnswer.Of(wrong);
        }

        call.Number("last", EventStream.UsualEvents, out var last);
        var subscribed = events.Subscribe(call.Actor, call.LastEventId ?? since, ApiRoutes.Count(last));
        return subscribed.IsOk ? ApiAnswer.Of(ApiStream.Of(subscribed.Value, call.TakesEventStream)) : ApiAnswer.Of(subscribed.Failure);
    }
}
