using System.Net;
using Innkeeper.Accounts;
using Innkeeper.Api;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Hosting;
using Innkeeper.Interop;
using Innkeeper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.FirstRun;

/// <summary>
/// The console's files, signing in and the first run's operations at one address, over the accounts that the gateway will use: its users and sessions stay
/// valid. It ends before the gateway starts, which then has the address and the accounts to itself.
/// </summary>
internal sealed class FirstRunServer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly AccountStore _accounts;
    private readonly Passwords _passwords = new();
    private readonly PortWatcher _watcher;
    private readonly WebServer _web;
    private readonly UserOperations _users;
    private readonly ManualResetEventSlim _ordered = new();
    private FirstRunOrder? _order;

    public FirstRunServer(FirstRunSettings settings, IPEndPoint listen, string stateDirectory, EarlierTrials earlier)
    {
        var clock = new SteadyClock(new MachineClock());
        var events = new EventLog(clock);
        var config = new WebConfig { Listen = [listen] };
        var url = $"{(config.UsesTls(listen) ? "https" : "http")}://{(listen.Address.Equals(IPAddress.Any) ? AddressHere() : listen.ToString())}";
        Url = url;
        _accounts = new AccountStore(stateDirectory, events, clock);
        _watcher = new PortWatcher(InterfaceSurvey.Read());
        var guard = new SignInGuard(clock);
        _users = new UserOperations(new AccountChanges(_accounts, events), _passwords, guard, () => [url], clock);
        var sessions = new SessionOperations(_accounts, _passwords, guard, new SignInRefusals(_accounts, events, clock), clock, isFirstRun: true);
        var operations = new FirstRunOperations(
            settings, () => InterfaceSurvey.Read(), _watcher, new Vendors(Vendors.DefaultDirectory), MachineCheck.Errors, _accounts, clock, earlier, Take);
        var certificate = config.UsesTls(listen) ? GeneratedCertificate.Ensure(stateDirectory, [listen.Address], null, clock, NullLogger.Instance) : null;
        Fingerprint = certificate is null ? null : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(certificate.Current().TargetCertificate.RawDataMemory.Span));
        _web = new WebServer(config, certificate, FirstRunRoutes.Of(operations), sessions, [], _ => false, clock, NullLogger.Instance);

        string AddressHere() => $"{InterfaceSurvey.Read().Select(i => i.Address?.Address.ToString()).FirstOrDefault(a => a is not null) ?? "127.0.0.1"}:{listen.Port}";
    }

    /// <summary>Where people open it.</summary>
    public string Url { get; }

    /// <summary>Of the certificate; null: there is none.</summary>
    public string? Fingerprint { get; }

    /// <summary>Why no administrator can be made or sign in; null: all is well.</summary>
    public string? AccountsFailure => _accounts.Failure;

    /// <returns>Why it does not serve; null: it does.</returns>
    public string? Begin()
    {
        _web.Begin();
        return _web.Missing is [var (url, reason), ..] ? $"{url} cannot be used ({reason}); free it, or give another address with --listen" : null;
    }

    /// <summary>The set-up link, or the address where there is an administrator already.</summary>
    public string Link() => _users.LinkAtStart(isReload: false) is { Urls: [var link, ..] } ? link : Url + "/";

    /// <summary>Serves until an administrator applies.</summary>
    /// <returns>Null: <paramref name="stop"/>.</returns>
    public FirstRunOrder? Await(CancellationToken stop)
    {
        WaitHandle.WaitAny([_ordered.WaitHandle, stop.WaitHandle]);
        if (!stop.IsCancellationRequested)
        {
            // The answer is sent first. The socket does not stay open for a successor: it makes its own.
            foreach (var kept in _web.Drain(s_patience))
            {
                _ = Libc.close(kept.Handle);
            }
        }

        return stop.IsCancellationRequested ? null : Volatile.Read(ref _order);
    }

    public void Dispose()
    {
        _web.Dispose();
        _watcher.Dispose();
        _accounts.Dispose();
        _passwords.Dispose();
        _ordered.Dispose();
    }

    private bool Take(FirstRunOrder order)
    {
        if (Interlocked.CompareExchange(ref _order, order, null) is not null)
        {
            return false;
        }

        _ordered.Set();
        return true;
    }
}
