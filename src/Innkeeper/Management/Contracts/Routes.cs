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
    public const string Wake = "/v1/devices/{device}/wake";
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
    public const string ConfigurationFile = "/v1/configuration/file";
    public const string ConfigurationSchema = "/v1/configuration/schema";
    public const string CheckConfiguration = "/v1/configuration/check";
    public const string ApplyConfiguration = "/v1/configuration/apply";
    public const string ConfirmConfiguration = "/v1/configuration/confirm";
    public const string RollbackConfiguration = "/v1/configuration/rollback";
    public const string PendingConfiguration = "/v1/configuration/pending";
    public const string ConfigurationHistory = "/v1/configuration/history";
    public const string ConfigurationRevision = "/v1/configuration/history/{number}";
    public const string Machines = "/v1/machines";
    public const string Machine = "/v1/machines/{machine}";
    public const string Forwards = "/v1/forwards";
    public const string Forward = "/v1/forwards/{forward}";
    public const string Find = "/v1/find";
    public const string Backup = "/v1/backup";
    public const string Audit = "/v1/audit";
    public const string Orders = "/v1/orders";
    public const string Network = "/v1/network";
    public const string Outbox = "/v1/outbox";
    public const string OutboxMessage = "/v1/outbox/{message}";
    public const string OutboxRetry = "/v1/outbox/{message}/retry";
    public const string MailTest = "/v1/mail/test";
    public const string Users = "/v1/users";
    public const string User = "/v1/users/{user}";
    public const string UserRole = "/v1/users/{user}/role";
    public const string UserPassword = "/v1/users/{user}/password";
    public const string UserDisabled = "/v1/users/{user}/disabled";
    public const string SetupLink = "/v1/users/setup-link";
    public const string Tokens = "/v1/tokens";
    public const string Token = "/v1/tokens/{token}";
    public const string FirstRun = "/v1/first-run";
    public const string FirstRunPlan = "/v1/first-run/plan";
    public const string FirstRunFile = "/v1/first-run/file";
    public const string FirstRunMail = "/v1/first-run/mail";
    public const string FirstRunApply = "/v1/first-run/apply";
    public const string Vouchers = "/v1/vouchers";
    public const string Voucher = "/v1/vouchers/{voucher}";
    public const string ExtendVoucher = "/v1/vouchers/{voucher}/extend";
    public const string RevokeVoucher = "/v1/vouchers/{voucher}/revoke";
    public const string Rooms = "/v1/rooms";
    public const string Room = "/v1/rooms/{room}";
    public const string Terms = "/v1/terms";

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
