using System.Globalization;

namespace Innkeeper.Portal;

/// <summary>The page's texts in one language. Each is required, so that a missing one fails the build. They go into the page as they are.</summary>
internal sealed record PortalTexts
{
    /// <summary>Ranges of an Accept-Language header that are looked at; no browser sends as many.</summary>
    private const int MostRanges = 16;

    /// <summary>The language's tag (RFC 5646).</summary>
    public required string Language { get; init; }

    public required string UnknownTitle { get; init; }

    public required string OnlineTitle { get; init; }

    public required string Online { get; init; }

    public required string BlockedTitle { get; init; }

    public required string Blocked { get; init; }

    public required string WaitsTitle { get; init; }

    public required string Told { get; init; }

    public required string Untold { get; init; }

    public required string Ordered { get; init; }

    public required string EndedTitle { get; init; }

    public required string EndedTold { get; init; }

    public required string Ended { get; init; }

    public required string ClosedTitle { get; init; }

    public required string Closed { get; init; }

    /// <summary>That the page loads itself again.</summary>
    public required string Again { get; init; }

    /// <summary>Above the administrator's notice.</summary>
    public required string Notice { get; init; }

    public required string Address { get; init; }

    public required string OnlineSince { get; init; }

    public required string Since { get; init; }

    public required string Until { get; init; }

    public required string JustNow { get; init; }

    public required Func<int, string> MinutesAgo { get; init; }

    public required Func<int, string> HoursAgo { get; init; }

    public required Func<int, string> DaysAgo { get; init; }

    public static PortalTexts English { get; } = new()
    {
        Language = "en",
        UnknownTitle = "Your device is not known yet",
        OnlineTitle = "You are online",
        Online = "Your device may use this network. You can close this page.",
        BlockedTitle = "Your device may not use this network",
        Blocked = "The administrator has blocked it. If you think that this is a mistake, give the administrator the address below.",
        WaitsTitle = "Waiting for the administrator",
        Told = "The administrator of this network has been notified that your device is here, and must approve it.",
        Untold = "The administrator of this network must approve your device, and may not know yet that it is here. Give the administrator the address below.",
        Ordered = "The administrator of this network has put your device on hold. To get access, give the administrator the address below.",
        EndedTitle = "Your access has ended",
        EndedTold = "The time for which your device was admitted has passed. The administrator of this network has been notified, and can admit it again.",
        Ended = "The time for which your device was admitted has passed. To get access again, give the administrator of this network the address below.",
        ClosedTitle = "This network is not open to new devices",
        Closed = "To get access, give the administrator of this network the address below.",
        Again = "This page reloads every 10 seconds.",
        Notice = "From the administrator",
        Address = "Your device's address (MAC)",
        OnlineSince = "Online since",
        Since = "Since",
        Until = "Until",
        JustNow = "just now",
        MinutesAgo = n => n == 1 ? "1 minute ago" : $"{n} minutes ago",
        HoursAgo = n => n == 1 ? "1 hour ago" : $"{n} hours ago",
        DaysAgo = n => n == 1 ? "1 day ago" : $"{n} days ago",
    };

    public static PortalTexts German { get; } = new()
    {
        Language = "de",
        UnknownTitle = "Ihr Gerät ist noch nicht bekannt",
        OnlineTitle = "Sie sind online",
        Online = "Ihr Gerät darf dieses Netz benutzen. Sie können diese Seite schließen.",
        BlockedTitle = "Ihr Gerät darf dieses Netz nicht benutzen",
        Blocked = "Der Administrator hat es gesperrt. Wenn Sie das für einen Irrtum halten, nennen Sie dem Administrator die Adresse unten.",
        WaitsTitle = "Warten auf den Administrator",
        Told = "Der Administrator dieses Netzes wurde benachrichtigt, dass Ihr Gerät da ist, und muss es zulassen.",
        Untold = "Der Administrator dieses Netzes muss Ihr Gerät zulassen und weiß vielleicht noch nicht, dass es da ist. Nennen Sie ihm die Adresse unten.",
        Ordered = "Der Administrator dieses Netzes lässt Ihr Gerät warten. Um Zugang zu bekommen, nennen Sie ihm die Adresse unten.",
        EndedTitle = "Ihr Zugang ist abgelaufen",
        EndedTold = "Die Zeit, für die Ihr Gerät zugelassen war, ist vorbei. Der Administrator dieses Netzes wurde benachrichtigt und kann es wieder zulassen.",
        Ended = "Die Zeit, für die Ihr Gerät zugelassen war, ist vorbei. Um wieder Zugang zu bekommen, nennen Sie dem Administrator dieses Netzes die Adresse unten.",
        ClosedTitle = "Dieses Netz ist für neue Geräte nicht offen",
        Closed = "Um Zugang zu bekommen, nennen Sie dem Administrator dieses Netzes die Adresse unten.",
        Again = "Diese Seite lädt sich alle 10 Sekunden neu.",
        Notice = "Vom Administrator",
        Address = "Adresse Ihres Geräts (MAC)",
        OnlineSince = "Online seit",
        Since = "Seit",
        Until = "Bis",
        JustNow = "gerade eben",
        MinutesAgo = n => n == 1 ? "vor 1 Minute" : $"vor {n} Minuten",
        HoursAgo = n => n == 1 ? "vor 1 Stunde" : $"vor {n} Stunden",
        DaysAgo = n => n == 1 ? "vor 1 Tag" : $"vor {n} Tagen",
    };

    public static PortalTexts French { get; } = new()
    {
        Language = "fr",
        UnknownTitle = "Votre appareil n’est pas encore connu",
        OnlineTitle = "Vous êtes en ligne",
        Online = "Votre appareil peut utiliser ce réseau. Vous pouvez fermer cette page.",
        BlockedTitle = "Votre appareil ne peut pas utiliser ce réseau",
        Blocked = "L’administrateur l’a bloqué. Si vous pensez que c’est une erreur, donnez-lui l’adresse ci-dessous.",
        WaitsTitle = "En attente de l’administrateur",
        Told = "L’administrateur de ce réseau a été prévenu que votre appareil est là, et doit l’accepter.",
        Untold = "L’administrateur de ce réseau doit accepter votre appareil, et ne sait peut-être pas encore qu’il est là. Donnez-lui l’adresse ci-dessous.",
        Ordered = "L’administrateur de ce réseau a mis votre appareil en attente. Pour obtenir l’accès, donnez-lui l’adresse ci-dessous.",
        EndedTitle = "Votre accès est terminé",
        EndedTold = "La durée pour laquelle votre appareil était accepté est passée. L’administrateur de ce réseau a été prévenu et peut l’accepter de nouveau.",
        Ended = "La durée pour laquelle votre appareil était accepté est passée. Pour retrouver l’accès, donnez à l’administrateur de ce réseau l’adresse ci-dessous.",
        ClosedTitle = "Ce réseau n’est pas ouvert aux nouveaux appareils",
        Closed = "Pour obtenir l’accès, donnez à l’administrateur de ce réseau l’adresse ci-dessous.",
        Again = "Cette page se recharge toutes les 10 secondes.",
        Notice = "De l’administrateur",
        Address = "Adresse de votre appareil (MAC)",
        OnlineSince = "En ligne depuis",
        Since = "Depuis",
        Until = "Jusqu’à",
        JustNow = "à l’instant",
        MinutesAgo = n => n == 1 ? "il y a 1 minute" : $"il y a {n} minutes",
        HoursAgo = n => n == 1 ? "il y a 1 heure" : $"il y a {n} heures",
        DaysAgo = n => n == 1 ? "il y a 1 jour" : $"il y a {n} jours",
    };

    public static PortalTexts Spanish { get; } = new()
    {
        Language = "es",
        UnknownTitle = "Su dispositivo aún no es conocido",
        OnlineTitle = "Está en línea",
        Online = "Su dispositivo puede usar esta red. Puede cerrar esta página.",
        BlockedTitle = "Su dispositivo no puede usar esta red",
        Blocked = "El administrador lo ha bloqueado. Si cree que es un error, dele la dirección de abajo.",
        WaitsTitle = "A la espera del administrador",
        Told = "El administrador de esta red ha recibido el aviso de que su dispositivo está aquí, y debe admitirlo.",
        Untold = "El administrador de esta red debe admitir su dispositivo, y quizá aún no sabe que está aquí. Dele la dirección de abajo.",
        Ordered = "El administrador de esta red ha puesto su dispositivo en espera. Para obtener acceso, dele la dirección de abajo.",
        EndedTitle = "Su acceso ha terminado",
        EndedTold = "El tiempo por el que su dispositivo estaba admitido ha pasado. El administrador de esta red ha recibido un aviso y puede admitirlo de nuevo.",
        Ended = "El tiempo por el que su dispositivo estaba admitido ha pasado. Para volver a tener acceso, dé al administrador de esta red la dirección de abajo.",
        ClosedTitle = "Esta red no está abierta a dispositivos nuevos",
        Closed = "Para obtener acceso, dé al administrador de esta red la dirección de abajo.",
        Again = "Esta página se recarga cada 10 segundos.",
        Notice = "Del administrador",
        Address = "Dirección de su dispositivo (MAC)",
        OnlineSince = "En línea desde",
        Since = "Desde",
        Until = "Hasta",
        JustNow = "ahora mismo",
        MinutesAgo = n => n == 1 ? "hace 1 minuto" : $"hace {n} minutos",
        HoursAgo = n => n == 1 ? "hace 1 hora" : $"hace {n} horas",
        DaysAgo = n => n == 1 ? "hace 1 día" : $"hace {n} días",
    };

    public static IReadOnlyList<PortalTexts> All { get; } = [English, German, French, Spanish];

    /// <summary>The language that a browser prefers (Accept-Language, RFC 9110 section 12.5.4), of those that there are; otherwise English.</summary>
    /// <param name="header">As it came: any text.</param>
    public static PortalTexts For(string header)
    {
        var (best, weight) = (English, 0.0);
        foreach (var range in header.Split(',', MostRanges + 1).Take(MostRanges))
        {
            var parts = range.Split(';');
            var primary = parts[0].Trim().Split('-')[0];
            var given = WeightOf(parts);
            if (given > weight && All.FirstOrDefault(t => t.Language.Equals(primary, StringComparison.OrdinalIgnoreCase)) is { } texts)
            {
                (best, weight) = (texts, given);
            }
        }

        return best;
    }

    private static double WeightOf(string[] parts)
    {
        var weight = parts.Skip(1).Select(p => p.Trim()).FirstOrDefault(p => p.StartsWith("q=", StringComparison.OrdinalIgnoreCase));
        return weight is null ? 1 : double.TryParse(weight[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var read) && read <= 1 ? read : 0;
    }
}
