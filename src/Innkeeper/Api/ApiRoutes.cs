using System.Text.Json.Serialization.Metadata;
using Innkeeper.Management;

namespace Innkeeper.Api;

/// <summary>The table of routes, joined from those of each subject: the whole API. To add an operation, see ARCHITECTURE.md.</summary>
internal static class ApiRoutes
{
    public static ApiParameter DryRun { get; } = new("dry_run", "Nothing is done: the answer says what would be.", ApiParameterType.Flag);

    public static ApiRoute[] Of(GatewayOperations gateway) =>
    [
        .. GatewayRoutes.Of(gateway),
        .. DeviceRoutes.Of(gateway),
        .. SeriesRoutes.Of(gateway.Series),
        .. EventRoutes.Of(gateway.Events),
        .. ConfigurationRoutes.Of(gateway.Configuration),
        .. AccountRoutes.Of(gateway),
        .. OutboxRoutes.Of(gateway.Outbox),
        .. MachineRoutes.Of(gateway.Machines),
        .. ForwardRoutes.Of(gateway.Forwards),
        .. FindRoutes.Of(gateway.Find),
        .. GuestRoutes.Of(gateway),
    ];

    /// <summary>A report that is asked for.</summary>
    public static ApiRoute Get<T>(string name, string path, string summary, Permission role, JsonTypeInfo<T> response, Func<ApiCall, Result<T>> ask)
        where T : class => Operation(name, "GET", path, summary, role, response, call => new(ask(call)));

    /// <summary>An operation without a body.</summary>
    public static ApiRoute Operation<T>(string name, string method, string path, string summary, Permission role, JsonTypeInfo<T> response, Func<ApiCall, ValueTask<Result<T>>> act)
        where T : class => new(name, method, path, summary, role)
        {
            Response = response,
            AnswerAsync = async call => AnswerOf(await act(call).ConfigureAwait(false), response),
        };

    /// <summary>An operation with a body.</summary>
    public static ApiRoute Operation<TBody, T>(
        string name, string method, string path, string summary, Permission role, JsonTypeInfo<TBody> request, JsonTypeInfo<T> response, Func<ApiCall, TBody, ValueTask<Result<T>>> act)
        where TBody : class
        where T : class => new(name, method, path, summary, role)
        {
            Request = request,
            Response = response,
            AnswerAsync = async call =>
            {
                var read = await call.ReadAsync(request).ConfigureAwait(false);
                return read.IsOk ? AnswerOf(await act(call, read.Value).ConfigureAwait(false), response) : ApiAnswer.Of(read.Failure);
            },
        };

    /// <summary>A write without a body: it can be tried without effect.</summary>
    public static ApiRoute Write<T>(
        string name, string method, string path, string summary, Permission role, JsonTypeInfo<T> response, Func<ApiCall, WriteOptions, ValueTask<Result<T>>> act)
        where T : class => Operation(name, method, path, summary, role, response, call => call.Options(out var options) is { } wrong ? new(wrong) : act(call, options)) with
        { Parameters = [DryRun] };

    /// <summary>A write with a body.</summary>
    public static ApiRoute Write<TBody, T>(
        string name, string method, string path, string summary, Permission role, JsonTypeInfo<TBody> request, JsonTypeInfo<T> response,
        Func<ApiCall, TBody, WriteOptions, ValueTask<Result<T>>> act)
        where TBody : class
        where T : class =>
        Operation(name, method, path, summary, role, request, response, (call, body) => call.Options(out var options) is { } wrong ? new(wrong) : act(call, body, options)) with
        { Parameters = [DryRun] };

    /// <summary>A number beyond what an int holds is beyond what may be asked for.</summary>
    public static int Count(long? number) => (int)Math.Clamp(number ?? 0, int.MinValue, int.MaxValue);

    private static ApiAnswer AnswerOf<T>(Result<T> result, JsonTypeInfo<T> response)
        where T : class => result.IsOk ? ApiAnswer.Of(result.Value, response) : ApiAnswer.Of(result.Failure);
}
