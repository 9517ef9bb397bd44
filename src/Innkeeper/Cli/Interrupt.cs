using System.Runtime.InteropServices;

namespace Innkeeper.Cli;

/// <summary>Ctrl-C, or SIGTERM, ends a command in an orderly way instead of at once; a second time, at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt() => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Request), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Request)];

    public CancellationToken Token => _source.Token;

    public bool IsRequested => _source.IsCancellationRequested;

    public void Wait(TimeSpan time) => _source.Token.WaitHandle.WaitOne(time);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Request(PosixSignalContext signal)
    {
        signal.Cancel = !IsRequested;
        _source.Cancel();
    }
}
