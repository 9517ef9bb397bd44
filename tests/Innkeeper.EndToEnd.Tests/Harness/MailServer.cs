using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>Debian's postfix in a namespace, with files of its own: takes mail to example.org by STARTTLS only, and puts it into a maildir.</summary>
internal sealed class MailServer : IDisposable
{
    public const int Port = 2527;

    private readonly string _directory = Directory.CreateTempSubdirectory("ikmail").FullName;
    private readonly Testbed _testbed;
    private readonly string _namespace;

    /// <param name="address">Where it is reached, for its certificate.</param>
    public MailServer(Testbed testbed, string ns, string address)
    {
        (_testbed, _namespace) = (testbed, ns);
        // Its processes run as users of their own.
        Command.Run("chmod", "755", _directory).AssertOk();
        foreach (var part in (string[])["conf", "spool", "data", "mail", "log"])
        {
            Directory.CreateDirectory(Path.Combine(_directory, part));
        }

        Command.Run("chown", "postfix", Path.Combine(_directory, "data")).AssertOk();
        Command.Run("chown", "nobody:nogroup", Path.Combine(_directory, "mail")).AssertOk();
        Command.Run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=mail.example",
            "-addext", $"subjectAltName=IP:{address}", "-keyout", Path.Combine(_directory, "key.pem"), "-out", Certificate).AssertOk();
        File.WriteAllText(Path.Combine(_directory, "conf", "main.cf"), $"""
            compatibility_level = 3.6
            queue_directory = {_directory}/spool
            data_directory = {_directory}/data
            myhostname = mail.example
            mydestination =
            inet_interfaces = all
            inet_protocols = ipv4
            virtual_mailbox_domains = example.org
            virtual_mailbox_base = {_directory}/mail
            virtual_mailbox_maps = static:admin/
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            smtpd_tls_cert_file = {Certificate}
            smtpd_tls_key_file = {_directory}/key.pem
            smtpd_tls_security_level = encrypt
            smtpd_tls_received_header = yes
            smtpd_relay_restrictions = reject_unauth_destination
            maillog_file = {_directory}/log/mail.log
            maillog_file_prefixes = {_directory}

            """);
        File.WriteAllText(Path.Combine(_directory, "conf", "master.cf"), $"""
            {Port} inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            proxymap unix - - n - - proxymap
            anvil unix - - n - 1 anvil
            virtual unix - n n - - virtual
            error unix - - n - - error
            retry unix - - n - - error
            postlog unix-dgram n - n - 1 postlogd

            """);
    }

    public string Certificate => Path.Combine(_directory, "cert.pem");

    /// <summary>Whole messages as they lie in the administrator's maildir, oldest first.</summary>
    public IReadOnlyList<string> Messages => Path.Combine(_directory, "mail", "admin", "new") is var folder && Directory.Exists(folder)
        ? [.. new DirectoryInfo(folder).GetFiles().OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal).Select(f => File.ReadAllText(f.FullName))]
        : [];

    public void Start() => _testbed.StartListener(_namespace, Port, "postfix", "-c", Path.Combine(_directory, "conf"), "start-fg");

    public void Stop() => Testbed.Run(_namespace, "postfix", "-c", Path.Combine(_directory, "conf"), "stop");

    public void Dispose()
    {
        Stop();
        Directory.Delete(_directory, recursive: true);
    }
}
