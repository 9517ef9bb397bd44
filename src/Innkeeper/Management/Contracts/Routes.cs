namespace Innkeeper.Management.Contracts;

/// <summary>The operations' paths. A segment in braces stands for one percent-encoded value.</summary>
internal static class Routes
{
    public const string Status = "/v1/status";
    public const string Devices = "/v1/devices";
    public const string Device = "/v1/devices/{device}";
    public const string Diagnosis = "/v1/devices/{device}/diagnosis";
    public const string Approve = "/v1/devices/{device}/approve";
    public const string Block = "/v1/devices/{device}/block";
    public const string Hold = "/v1/devices/{device}/hold";
    public const string Name = "/v1/devices/{device}/name";
    public const string Tag = "/v1/devices/{device}/tags/{tag}";
    public const string Profile = "/v1/devices/{device}/profile";
    public const string Address = "/v1/devices/{device}/address";
    public const string Ping = "/v1/devices/{device}/ping";
    public const string Capture = "/v1/devices/{device}/capture";
    public const string DeviceSeries = "/v1/devices/{device}/series";
    public const string Series = "/v1/series";
    public const string Profiles = "/v1/profiles";
    public const string Leases = "/v1/leases";
    public const string Events = "/v1/events";
    public const string EventStream = "/v1/events/stream";
    public const string Configuration = "/v1/configuration";
    public const string Preview = "/v1/configuration/preview";
    public const string Reload = "/v1/configuration/reload";
    public const string Backup = "/v1/backup";
    public const string Audit = "/v1/audit";
    public const string Orders = "/v1/orders";
    public const string Network = "/v1/network";
    public const string Outbox = "/v1/outbox";
    public const string OutboxMessage = "/v1/outbox/{message}";
    public const string OutboxRetry = "/v1/outbox/{message}/retry";
    public const string MailTest = "/v1/mail/test";

    /// <summary>A path with its values put in, percent-encoded.</summary>
    public static string Fill(string route, params ReadOnlySpan<string> values)
    {
        foreach (var value in values)
        {
            var (start, end) = (route.IndexOf('{', StringComparison.Ordinal), route.IndexOf('}', StringComparison.Ordinal));
            route = $"{route[..start]}{Uri.EscapeDataString(value)}{route[(end + 1)..]}";
        }

        return route;
    }
}
