namespace Innkeeper.Events;

/// <summary>The ids of all log messages. Frozen: a number is never used for another message.</summary>
internal static class LogIds
{
    // 1000–1099: start, reload and stop.
    public const int BindingsAdopted = 1000;
    public const int Ready = 1001;
    public const int Stopped = 1002;
    public const int DatabaseSetAside = 1003;
    public const int RollbackFailed = 1004;
    public const int ReadyOnOneArm = 1005;
    public const int DhcpStarted = 1006;
    public const int Reloaded = 1007;
    public const int SettingsApplied = 1008;
    public const int SettingsFailed = 1009;
    public const int SettingsInForce = 1010;
    public const int GuardServes = 1011;
    public const int SettingsNotKept = 1012;
    public const int DatabaseUnavailable = 1020;
    public const int SecretExposed = 1021;
    public const int DescriptorsExhausted = 1022;
    public const int DescriptorsRestored = 1023;
    public const int AddressAwaited = 1024;
    public const int AccessSetUp = 1030;
    public const int StateRestored = 1040;

    // 2000–2099: bindings.
    public const int BindingMade = 2000;
    public const int BindingReleased = 2001;
    public const int AddressQuarantined = 2002;

    // 3000–3099: DNS.
    public const int DnsServersFound = 3000;
    public const int DnsNotReopened = 3001;
    public const int DnsInternalError = 3002;

    // 4000–4099: the portal.
    public const int PortalNotReopened = 4000;
    public const int PortalInternalError = 4001;
    public const int PortalCertificateRenewed = 4002;
    public const int PortalCertificateRejected = 4003;
    public const int PortalCertificateOutOfTerm = 4004;
    public const int PortalLookNotTaken = 4005;

    // 5000–5099: the control socket.
    public const int ControlAnswerFailed = 5000;
    public const int ControlAcceptFailed = 5001;

    // 6000–6099: notifications.
    public const int MessageSent = 6000;
    public const int MessageDelayed = 6001;
    public const int MessageDropped = 6002;
    public const int MessageAttemptFailed = 6003;
    public const int NotificationsEnded = 6004;

    // 7000–7099: the web console.
    public const int WebListening = 7000;
    public const int WebNotListening = 7001;
    public const int WebCertificateNotMade = 7002;
    public const int WebCertificateNotRenewed = 7004;
    public const int ConsoleNotSetUp = 7003;

    // 8000–8099: the series for the charts.
    public const int SeriesFaulty = 8000;

    // 8100–8199: exports.
    public const int ExportFaulty = 8100;
}
