using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Innkeeper.Configuration;
using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Doctor;

/// <summary>The DNS servers that the gateway asks: each is asked for the root's name servers, a question that every resolver can answer.</summary>
internal sealed class NameServerExamination : IExamination
{
    private const int MostServers = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(700);

    public string Name => "DNS";

    public async Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (!examined.Config.Dns.Enabled)
        {
            return [Finding.Ok(Name, "switched off in the configuration")];
        }

        IReadOnlyList<UpstreamAddress> servers = examined.Config.Dns.Upstreams is { IsEmpty: false } given ? given : ResolvConf.Read(ResolvConf.Paths) ?? [];
        if (servers.Count == 0)
        {
            return [Finding.Failure(Name, "there is no server to ask: neither [dns] upstream nor /etc/resolv.conf names one", "set [dns] upstream, such as [\"9.9.9.9\"]")];
        }

        return await Task.WhenAll(servers.Take(MostServers).Select(async s => await OneAsync(s, servers.Count, stop).ConfigureAwait(false))).ConfigureAwait(false);
    }

    /// <param name="problem">Why there is no answer; null: there is one.</param>
    /// <param name="count">Servers in all: while another answers, DNS works.</param>
    /// <param name="isAnswer">The server is there, and its answer is the problem.</param>
    internal static Finding Judge(string server, string? problem, TimeSpan took, int count, bool isAnswer = false)
    {
        var subject = $"DNS server {server}";
        return problem is not null && isAnswer ? Finding.Warning(subject, problem, "make sure that it asks others for names that it does not know, or name another server in [dns] upstream")
            : problem is not null
            ? count > 1 ? Finding.Warning(subject, problem, "check the way to it, or take it out of [dns] upstream") : Finding.Failure(subject, problem, "check the way to it, or name another server in [dns] upstream")
            : took > s_slow ? Finding.Warning(subject, $"it answers after {Milliseconds(took)}", "name a nearer server in [dns] upstream")
            : Finding.Ok(subject, $"it answers after {Milliseconds(took)}");
    }

    /// <summary>Asks for NS of the root.</summary>
    internal static byte[] Question(ushort id)
    {
        // One question: the name's only label is the root's, of length 0; type NS (2), class IN (1).
        var message = new byte[DnsHeader.Size + 5];
        new DnsHeader(id, DnsBits.RecursionDesired, DnsOpcode.Query, DnsResponseCode.NoError).Write(message);
        message[5] = 1;
        message[DnsHeader.Size + 2] = 2;
        message[DnsHeader.Size + 4] = 1;
        return message;
    }

    /// <summary>The fault of an answer; null: none.</summary>
    internal static string? ProblemOf(ReadOnlySpan<byte> answer, ushort id) =>
        !DnsHeader.TryParse(answer, out var header) || header.Id != id || (header.Flags & DnsBits.Response) == 0 ? "it sends something that is no answer"
        : header.ResponseCode != DnsResponseCode.NoError ? $"it refuses to resolve ({header.ResponseCode})"
        : (header.Flags & DnsBits.RecursionAvailable) == 0 ? "it does not resolve for clients (no recursion)"
        : null;

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");

    private static async Task<Finding> OneAsync(UpstreamAddress server, int count, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        var watch = Stopwatch.StartNew();
        try
        {
            var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
            var answer = server.TlsName is null ? await AskAsync(server, Question(id), patience.Token).ConfigureAwait(false) : await AskByTlsAsync(server, Question(id), patience.Token).ConfigureAwait(false);
            return Judge(server.ToString(), ProblemOf(answer, id), watch.Elapsed, count, isAnswer: true);
        }
        catch (OperationCanceledException)
        {
            return Judge(server.ToString(), $"no answer within {s_patience.TotalSeconds:0} s", watch.Elapsed, count);
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return Judge(server.ToString(), $"it cannot be reached: {SafeText.Cut(e.Message, SafeText.MaxSentence)}", watch.Elapsed, count);
        }
    }

    /// <summary>Once more after a second: a datagram may be lost.</summary>
    private static async Task<byte[]> AskAsync(UpstreamAddress server, byte[] question, CancellationToken stop)
    {
        using var client = new UdpClient(server.EndPoint.AddressFamily);
        client.Connect(server.EndPoint);
        await client.SendAsync(question, stop).ConfigureAwait(false);
        using var again = CancellationTokenSource.CreateLinkedTokenSource(stop);
        again.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            return (await client.ReceiveAsync(again.Token).ConfigureAwait(false)).Buffer;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await client.SendAsync(question, stop).ConfigureAwait(false);
            return (await client.ReceiveAsync(stop).ConfigureAwait(false)).Buffer;
        }
    }

    private static async Task<byte[]> AskByTlsAsync(UpstreamAddress server, byte[] question, CancellationToken stop)
    {
        using var client = new TcpClient(server.EndPoint.AddressFamily);
        await client.ConnectAsync(server.EndPoint, stop).ConfigureAwait(false);
        var stream = new SslStream(client.GetStream());
        await using (stream.ConfigureAwait(false))
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.TlsName }, stop).ConfigureAwait(false);
            var framed = new byte[question.Length + sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
            question.CopyTo(framed, sizeof(ushort));
            await stream.WriteAsync(framed, stop).ConfigureAwait(false);
            var length = new byte[sizeof(ushort)];
            await stream.ReadExactlyAsync(length, stop).ConfigureAwait(false);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, stop).ConfigureAwait(false);
            return answer;
        }
    }
}
