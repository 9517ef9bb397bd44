using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <summary>Why a gateway gave no answer that could be read.</summary>
internal enum NoReply
{
    None,

    /// <summary>No gateway answers there.</summary>
    Unreachable,

    /// <summary>This user may not use the socket.</summary>
    NotPermitted,

    /// <summary>The answer broke off or is no answer of this version.</summary>
    Broken,

    /// <summary>There is no encrypted connection with a gateway that is trusted.</summary>
    NotTrusted,
}

/// <summary>The result of an operation of the running gateway.</summary>
/// <param name="Result">Meaningful when there was an answer.</param>
/// <param name="Line">The answer as it came, one line.</param>
internal readonly record struct Reply<T>(Result<T> Result, string Line, NoReply Trouble = NoReply.None)
    where T : class;

/// <summary>A capture has ended.</summary>
internal sealed record CaptureEnd;

/// <summary>The running gateway's operations, one method each.</summary>
internal sealed partial class GatewayClient(GatewayConnection connection)
{
    /// <param name="socket">The path of its control socket.</param>
    public GatewayClient(string socket)
        : this(new SocketConnection(socket))
    {
    }

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>A reload may first ask a program that was replaced.</summary>
    private static readonly TimeSpan s_reloadPatience = TimeSpan.FromSeconds(30);

    /// <summary>A backup copies the database first.</summary>
    private static readonly TimeSpan s_backupPatience = TimeSpan.FromMinutes(2);

    /// <summary>A name may have to be resolved first.</summary>
    private static readonly TimeSpan s_diagnosisPatience = TimeSpan.FromSeconds(20);

    /// <summary>Ten thousand devices are carried out bit by bit.</summary>
    private static readonly TimeSpan s_orderPatience = TimeSpan.FromMinutes(1);

    /// <summary>Octets of a body that some operations refuse.</summary>
    private const int LongBody = 4096;

    private static readonly Failure s_tooLong = new Invalid("request", "one that is longer", "shorter values: together they have more octets than the gateway reads");
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public Reply<StatusReport> GetStatus() => Ask(HttpMethod.Get, Routes.Status, s_answers.StatusReport);

    public Reply<DevicesReport> ListDevices(DeviceFilter? filter = null) => Ask(HttpMethod.Get, Routes.Devices + (filter ?? new DeviceFilter()).ToQuery(), s_answers.DevicesReport);

    public Reply<DevicesReport> FindDevice(string device) => Ask(HttpMethod.Get, Routes.Fill(Routes.Device, device), s_answers.DevicesReport);

    public Reply<DiagnosisReport> Diagnose(string device, string? to) => Ask(
        HttpMethod.Get, Routes.Fill(Routes.Diagnosis, device) + (to is null ? "" : $"?to={Uri.EscapeDataString(to)}"), s_answers.DiagnosisReport, patience: s_diagnosisPatience);

    public Reply<DeviceChange> Approve(string device, Approval approval, bool isDryRun = false) => Send(HttpMethod.Post, Target(Routes.Fill(Routes.Approve, device), isDryRun), approval, s_requests.Approval);

    public Reply<DeviceChange> Block(string device, Decision decision, bool isDryRun = false) => Send(HttpMethod.Post, Target(Routes.Fill(Routes.Block, device), isDryRun), decision, s_requests.Decision);

    public Reply<DeviceChange> Hold(string device, Decision decision, bool isDryRun = false) => Send(HttpMethod.Post, Target(Routes.Fill(Routes.Hold, device), isDryRun), decision, s_requests.Decision);

    public Reply<DeviceChange> Forget(string device, bool isDryRun = false) => Ask(HttpMethod.Delete, Target(Routes.Fill(Routes.Device, device), isDryRun), s_answers.DeviceChange);

    /// <summary>Forgets a device and takes it out of everything that is kept.</summary>
    public Reply<DeviceChange> Erase(string device, bool isDryRun = false) => Ask(HttpMethod.Delete, $"{Routes.Fill(Routes.Device, device)}?erase=true{(isDryRun ? "&dry_run=true" : "")}", s_answers.DeviceChange);

    public Reply<DeviceChange> SetName(string device, string name, bool isDryRun = false) => Send(HttpMethod.Put, Target(Routes.Fill(Routes.Name, device), isDryRun), new Setting(name), s_requests.Setting);

    public Reply<DeviceChange> AddTag(string device, string tag, bool isDryRun = false) => Ask(HttpMethod.Put, Target(Routes.Fill(Routes.Tag, device, tag), isDryRun), s_answers.DeviceChange);

    public Reply<DeviceChange> RemoveTag(string device, string tag, bool isDryRun = false) => Ask(HttpMethod.Delete, Target(Routes.Fill(Routes.Tag, device, tag), isDryRun), s_answers.DeviceChange);

    public Reply<DeviceChange> SetProfile(string device, string profile, bool isDryRun = false) => Send(HttpMethod.Put, Target(Routes.Fill(Routes.Profile, device), isDryRun), new Setting(profile), s_requests.Setting);

    public Reply<DeviceChange> SetAddress(string device, string address, bool isDryRun = false) => Send(HttpMethod.Put, Target(Routes.Fill(Routes.Address, device), isDryRun), new Setting(address), s_requests.Setting);

    /// <summary>One order about all devices that a filter selects.</summary>
    public Reply<OrderReport> GiveOrder(DeviceFilter filter, Order order, bool isDryRun) => Ask(
        HttpMethod.Post, Target(Routes.Orders + filter.ToQuery(), isDryRun), s_answers.OrderReport, JsonSerializer.SerializeToUtf8Bytes(order, s_requests.Order), s_orderPatience);

    public Reply<ProfilesReport> ListProfiles() => Ask(HttpMethod.Get, Routes.Profiles, s_answers.ProfilesReport);

    public Reply<LeasesReport> ListLeases() => Ask(HttpMethod.Get, Routes.Leases, s_answers.LeasesReport);

    public Reply<EventsReport> ListEvents(int last) => Ask(HttpMethod.Get, $"{Routes.Events}?last={last}", s_answers.EventsReport);

    public Reply<OutboxMessagesReport> ListOutbox() => Ask(HttpMethod.Get, Routes.Outbox, s_answers.OutboxMessagesReport);

    public Reply<MessageChange> RetryMessage(string message) => Ask(HttpMethod.Post, Routes.Fill(Routes.OutboxRetry, message), s_answers.MessageChange);

    public Reply<MessageChange> DeleteMessage(string message) => Ask(HttpMethod.Delete, Routes.Fill(Routes.OutboxMessage, message), s_answers.MessageChange);

    public Reply<ConfigReport> GetConfiguration() => Ask(HttpMethod.Get, Routes.Configuration, s_answers.ConfigReport);

    public Reply<ReloadReport> Preview() => Ask(HttpMethod.Get, Routes.Preview, s_answers.ReloadReport, patience: s_reloadPatience);

    public Reply<ReloadReport> Reload() => Ask(HttpMethod.Post, Routes.Reload, s_answers.ReloadReport, patience: s_reloadPatience);

    public Reply<ReloadReport> Preview(ConfigText text) =>
        Ask(HttpMethod.Post, Routes.Preview, s_answers.ReloadReport, JsonSerializer.SerializeToUtf8Bytes(text, s_requests.ConfigText), s_reloadPatience);

    public Reply<ReloadReport> Apply(ApplyRequest request) =>
        Ask(HttpMethod.Post, Routes.ApplyConfiguration, s_answers.ReloadReport, JsonSerializer.SerializeToUtf8Bytes(request, s_requests.ApplyRequest), s_reloadPatience);

    public Reply<MachinesReport> ListMachines() => Ask(HttpMethod.Get, Routes.Machines, s_answers.MachinesReport);

    public Reply<ReloadReport> PutMachines(MachineEntries entries, bool dryRun) =>
        Ask(HttpMethod.Post, Target(Routes.Machines, dryRun), s_answers.ReloadReport, JsonSerializer.SerializeToUtf8Bytes(entries, s_requests.MachineEntries), s_reloadPatience);

    public Reply<ForwardsReport> ListForwards() => Ask(HttpMethod.Get, Routes.Forwards, s_answers.ForwardsReport);

    public Reply<ReloadReport> PutForward(ForwardEntry entry, bool dryRun) =>
        Ask(HttpMethod.Post, Target(Routes.Forwards, dryRun), s_answers.ReloadReport, JsonSerializer.SerializeToUtf8Bytes(entry, s_requests.ForwardEntry), s_reloadPatience);

    public Reply<ReloadReport> RemoveForward(string id, bool dryRun) =>
        Ask(HttpMethod.Delete, Target(Routes.Fill(Routes.Forward, id), dryRun), s_answers.ReloadReport, patience: s_reloadPatience);

    public Reply<ReloadReport> RemoveMachine(string name, bool dryRun) =>
        Ask(HttpMethod.Delete, Target(Routes.Fill(Routes.Machine, name), dryRun), s_answers.ReloadReport, patience: s_reloadPatience);

    public Reply<ConfigChange> Confirm() => Ask(HttpMethod.Post, Routes.ConfirmConfiguration, s_answers.ConfigChange);

    public Reply<ConfigChange> Rollback() => Ask(HttpMethod.Post, Routes.RollbackConfiguration, s_answers.ConfigChange);

    public Reply<HistoryReport> ListHistory() => Ask(HttpMethod.Get, Routes.ConfigurationHistory, s_answers.HistoryReport);

    public Reply<HistoryEntry> GetRevision(string number) => Ask(HttpMethod.Get, Routes.Fill(Routes.ConfigurationRevision, number), s_answers.HistoryEntry);

    /// <summary>Makes a backup and writes its file.</summary>
    /// <returns>Ok, with what was written, once all of it came. Faults of <paramref name="output"/> are thrown as they are.</returns>
    public Reply<Stream> BackUp(Stream output)
    {
        try
        {
            using var http = connection.Open(s_backupPatience);
            using var request = connection.RequestOf(HttpMethod.Post, Routes.Backup);
            using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using var content = response.Content.ReadAsStream();
            if (!response.IsSuccessStatusCode)
            {
                using var reader = new StreamReader(content);
                return ReadFailure<Stream>(reader.ReadToEnd());
            }

            return Copy(content, output) ? new Reply<Stream>(output, "") : new Reply<Stream>(default, "", NoReply.Broken);
        }
        catch (Exception e) when (TroubleOf(e) is { } trouble)
        {
            return new Reply<Stream>(default, "", trouble);
        }
    }

    /// <returns>False: it broke off.</returns>
    private static bool Copy(Stream content, Stream output)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int read;
            try
            {
                read = content.Read(buffer);
            }
            catch (IOException)
            {
                return false;
            }

            if (read == 0)
            {
                return true;
            }

            output.Write(buffer, 0, read);
        }
    }

    public Reply<PingReport> Ping(string device) => Ask(HttpMethod.Post, Routes.Fill(Routes.Ping, device), s_answers.PingReport);

    public Reply<WakeReport> Wake(string device) => Ask(HttpMethod.Post, Routes.Fill(Routes.Wake, device), s_answers.WakeReport);

    /// <summary>Captures a device's packets until the gateway ends it or <paramref name="read"/> returns.</summary>
    /// <param name="query">The limits.</param>
    /// <param name="read">Reads the file as it comes.</param>
    public Reply<CaptureEnd> Capture(string device, string query, Action<Stream> read)
    {
        try
        {
            using var http = connection.Open(Timeout.InfiniteTimeSpan);
            using var request = connection.RequestOf(HttpMethod.Get, $"{Routes.Fill(Routes.Capture, device)}?{query}");
            using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using var body = response.Content.ReadAsStream();
            if (!response.IsSuccessStatusCode)
            {
                using var lines = new StreamReader(body);
                return ReadFailure<CaptureEnd>(lines.ReadToEnd());
            }

            read(body);
            return new Reply<CaptureEnd>(new CaptureEnd(), "");
        }
        catch (FormatException)
        {
            return new Reply<CaptureEnd>(default, "", NoReply.Broken);
        }
        catch (Exception e) when (TroubleOf(e) is { } trouble)
        {
            return new Reply<CaptureEnd>(default, "", trouble);
        }
    }

    /// <summary>Watches events until the gateway ends or <paramref name="see"/> has enough.</summary>
    /// <param name="query">Which events of the past come first: last=N, or since=SEQUENCE.</param>
    /// <param name="see">Takes an event and its line; says whether to go on.</param>
    /// <returns>Ok without a line once the gateway ended the stream.</returns>
    public Reply<EventLine> Watch(string query, Func<EventLine, string, bool> see)
    {
        try
        {
            using var http = connection.Open(Timeout.InfiniteTimeSpan);
            using var request = connection.RequestOf(HttpMethod.Get, $"{Routes.EventStream}?{query}");
            using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using var lines = new StreamReader(response.Content.ReadAsStream());
            if (!response.IsSuccessStatusCode)
            {
                return Read(lines.ReadToEnd(), isOk: false, s_answers.EventLine);
            }

            return Watch(lines, see);
        }
        catch (Exception e) when (TroubleOf(e) is { } trouble)
        {
            return new Reply<EventLine>(default, "", trouble);
        }
    }

    /// <summary>Looks for stations until the gateway ends it or <paramref name="see"/> has enough.</summary>
    /// <param name="query">Where, and for how long.</param>
    /// <param name="see">Takes news; says whether to go on.</param>
    /// <returns>The last news that was seen.</returns>
    public Reply<FindReport> Find(string query, Func<FindReport, bool> see)
    {
        try
        {
            using var http = connection.Open(Timeout.InfiniteTimeSpan);
            using var request = connection.RequestOf(HttpMethod.Post, $"{Routes.Find}?{query}");
            using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using var lines = new StreamReader(response.Content.ReadAsStream());
            if (!response.IsSuccessStatusCode)
            {
                return ReadFailure<FindReport>(lines.ReadToEnd());
            }

            while (true)
            {
                // A stream without its last line broke off.
                var read = Read(lines.ReadLine() ?? "", isOk: true, s_answers.FindReport);
                if (read.Trouble != NoReply.None || !see(read.Result.Value!) || read.Result.Value!.Ended is not null)
                {
                    return read;
                }
            }
        }
        catch (IOException)
        {
            return new Reply<FindReport>(default, "", NoReply.Broken);
        }
        catch (Exception e) when (TroubleOf(e) is { } trouble)
        {
            return new Reply<FindReport>(default, "", trouble);
        }
    }

    private static Reply<EventLine> Watch(StreamReader lines, Func<EventLine, string, bool> see)
    {
        while (true)
        {
            string? line;
            try
            {
                line = lines.ReadLine();
            }
            catch (IOException)
            {
                // The gateway ended in the middle of it.
                line = null;
            }

            if (line is null)
            {
                return new Reply<EventLine>(new EventLine(), "");
            }

            var read = Read(line, isOk: true, s_answers.EventLine);
            if (read.Trouble != NoReply.None || !see(read.Result.Value!, line))
            {
                return read;
            }
        }
    }

    private static string Target(string path, bool isDryRun) => !isDryRun ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}dry_run=true";

    private Reply<DeviceChange> Send<T>(HttpMethod method, string target, T body, JsonTypeInfo<T> type) => Send(method, target, body, type, s_answers.DeviceChange);

    private Reply<TAnswer> Send<T, TAnswer>(HttpMethod method, string target, T body, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer)
        where TAnswer : class => Ask(method, target, answer, JsonSerializer.SerializeToUtf8Bytes(body, type));

    private Reply<T> Ask<T>(HttpMethod method, string target, JsonTypeInfo<T> type, byte[]? body = null, TimeSpan? patience = null)
        where T : class
    {
        try
        {
            using var http = connection.Open(patience ?? s_patience);
            using var request = connection.RequestOf(method, target);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

                // RFC 9110 section 10.1.1: a gateway that refuses the length says so and closes, and its words must not be lost to a write that fails.
                request.Headers.ExpectContinue = body.Length > LongBody;
            }

            using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode is HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge)
            {
                // The server refuses it before the API sees it, and says nothing more.
                return new Reply<T>(s_tooLong, JsonSerializer.Serialize(s_tooLong, s_answers.Failure));
            }

            using var reader = new StreamReader(response.Content.ReadAsStream());
            string line;
            try
            {
                line = reader.ReadToEnd().TrimEnd('\n');
            }
            catch (IOException)
            {
                return new Reply<T>(default, "", NoReply.Broken);
            }

            return Read(line, response.IsSuccessStatusCode, type);
        }
        catch (Exception e) when (TroubleOf(e) is { } trouble)
        {
            return new Reply<T>(default, "", trouble);
        }
    }

    private static Reply<T> Read<T>(string line, bool isOk, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (isOk && JsonSerializer.Deserialize(line, type) is { } value)
            {
                return new Reply<T>(value, line);
            }

            if (!isOk)
            {
                return ReadFailure<T>(line);
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Half an answer, or one of another version.
        }

        return new Reply<T>(default, line, NoReply.Broken);
    }

    private static Reply<T> ReadFailure<T>(string line)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(line, s_answers.Failure) is { } failure)
            {
                return new Reply<T>(failure, line);
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // As above.
        }

        return new Reply<T>(default, line, NoReply.Broken);
    }

    /// <summary>Null: a fault of this program.</summary>
    private static NoReply? TroubleOf(Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } => NoReply.NotPermitted,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => NoReply.Broken,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => NoReply.NotTrusted,
        SocketException or ArgumentException or HttpRequestException or TaskCanceledException => NoReply.Unreachable,
        _ => null,
    };
}
