using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>A server that tells whoever speaks to it, by UDP or TCP, as whom it sees them; and clients that keep asking.</summary>
internal static class Reflector
{
    public const int Port = 5000;

    /// <summary>UDP: each datagram is answered with the address and port it came from. TCP: that in a line, then an echo.</summary>
    private const string Server = """
        import socket, sys, threading
        def udp(address, port):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind((address, port))
            while True:
                who = s.recvfrom(65535)[1]
                s.sendto(f"{who[0]}:{who[1]}".encode(), who)
        def serve(c, who):
            c.sendall(f"{who[0]}:{who[1]}\n".encode())
            while data := c.recv(4096):
                c.sendall(data)
        for address in sys.argv[2:]:
            threading.Thread(target=udp, args=(address, int(sys.argv[1]))).start()
        tcp = socket.create_server(("0.0.0.0", int(sys.argv[1])), backlog=200)
        while True:
            threading.Thread(target=serve, args=tcp.accept(), daemon=True).start()
        """;

    /// <summary>Asks once and prints the answer.</summary>
    private const string Client = """
        import socket, sys
        kind, host, port, local = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.settimeout(5)
        s.bind(("", local))
        s.connect((host, port))
        if kind == "udp":
            s.send(b"who am I?")
        print(s.recv(100).decode().strip())
        """;

    /// <summary>Asks again and again on one socket until a file exists; prints a line for each answer (UDP: or loss), and at last "ended".</summary>
    private const string Talk = """
        import os, socket, sys, time
        kind, host, port, until = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        s.settimeout(10 if kind == "tcp" else 1)
        s.connect((host, port))
        if kind == "tcp":
            print(s.recv(100).decode().strip(), flush=True)
        number = 0
        while not os.path.exists(until):
            number += 1
            try:
                s.send(b"%d" % number)
                answer = s.recv(100).decode()
            except OSError as e:
                if kind == "tcp":
                    raise
                answer = f"lost: {e}"
            if kind == "tcp" and answer != str(number):
                sys.exit(f"{answer} instead of {number}")
            print(answer, flush=True)
            time.sleep(0.05)
        print("ended", flush=True)
        """;

    /// <summary>Sends one datagram from each of many sockets, all open to the end. Prints how often each thing happened.</summary>
    private const string Many = """
        import collections, errno, socket, struct, sys
        host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        seen, sockets = collections.Counter(), []
        for i in range(count):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
            s.settimeout(2)
            s.connect((host, port))
            sockets.append(s)
            try:
                s.send(b"who am I?")
                s.recv(100)
                seen["answered"] += 1
            except TimeoutError:
                seen["silence"] += 1
            except OSError as e:
                # struct sock_extended_err: errno, origin, type, code.
                queued = s.recvmsg(100, 512, socket.MSG_ERRQUEUE)[1]
                origin, kind, code = struct.unpack_from("IBBB", queued[0][2])[1:]
                seen[f"{errno.errorcode[e.errno]} ICMP {kind}/{code}"] += 1
        for what, times in seen.items():
            print(f"{what}: {times}")
        """;

    /// <param name="addresses">At each of which it answers UDP.</param>
    public static BackgroundProcess Start(Testbed testbed, string ns, params string[] addresses) =>
        testbed.StartListener(ns, Port, ["/usr/bin/python3", "-u", "-c", Server, $"{Port}", .. addresses]);

    /// <summary>As whom the server sees a client of the namespace: address and port.</summary>
    public static string Ask(string ns, string kind, string server, int localPort = 0, int port = Port) =>
        Testbed.Python(ns, Client, kind, server, $"{port}", $"{localPort}").AssertOk().Stdout.Trim();

    /// <summary>A conversation that goes on until <see cref="Conversation.AssertAllAnswered"/>.</summary>
    public static Conversation Converse(Testbed testbed, Device device, string kind, string server)
    {
        var until = Path.Combine(testbed.Directory, $"until-{Guid.NewGuid():N}");
        var process = testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", Talk, kind, server, $"{Port}", until);
        var conversation = new Conversation(process, until);
        conversation.AwaitAnswers(3);
        return conversation;
    }

    /// <summary>What became of a datagram from each of so many ports, such as "answered: 64".</summary>
    public static string AskFromMany(Device device, string server, int count) =>
        Testbed.Run(device.Namespace, TimeSpan.FromSeconds(60), "/usr/bin/python3", "-c", Many, server, $"{Port}", $"{count}").AssertOk().Stdout;

    public static string AddressOf(string endpoint) => endpoint[..endpoint.IndexOf(':')];

    public static int PortOf(string endpoint) => int.Parse(endpoint[(endpoint.IndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A client that asks a <see cref="Reflector"/> twenty times a second.</summary>
internal sealed class Conversation(BackgroundProcess process, string until)
{
    private string[] Answers => process.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As whom the server sees it; TCP is told so once.</summary>
    public string Endpoint => Answers[0];

    /// <summary>UDP: as whom the server saw it, from first to last, and what was lost.</summary>
    public IReadOnlyList<string> Endpoints => [.. Answers.Where(a => a != "ended").Distinct()];

    /// <summary>UDP: as whom the server saw it last.</summary>
    public string Last => Answers[^1];

    /// <summary>So many answers from now.</summary>
    public void AwaitAnswers(int more)
    {
        var wanted = Answers.Length + more;
        Wait.For($"{more} more answers", () => Answers.Length >= wanted || process.HasExited, TimeSpan.FromSeconds(15), process.ToString);
        Assert.False(process.HasExited, process.ToString());
    }

    /// <summary>Ends it in good order: all was answered until now.</summary>
    public void AssertAllAnswered()
    {
        File.WriteAllText(until, "");
        Assert.EndsWith("ended\n", process.Finish(TimeSpan.FromSeconds(20)).AssertOk().Stdout);
    }
}
