import { number } from "../format";
import { drops } from "./drops/de";
import type { Texts } from "./en";

function plural(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const devices = (n: number) => plural(n, "Gerät", "Geräte");

export const de: Texts = {
  common: {
    actions: "Aktionen", again: "Noch einmal", cancel: "Abbrechen", clear: "Leeren", close: "Schließen", dismiss: "Ausblenden", loading: "Wird geladen …", messages: "Meldungen",
    remove: "Löschen", save: "Speichern", undo: "Rückgängig",
  },
  nav: {
    label: "Seiten", menu: "Menü", skip: "Zum Inhalt", find: "Gerät suchen: Zimmer, MAC, IP, Name", overview: "Übersicht", devices: "Geräte", events: "Ereignisse", network: "Netz",
    machines: "Maschinen",
    audit: "Protokoll", mail: "Mail und Webhook", settings: "Einstellungen", profiles: "Profile", users: "Benutzer und Tokens", vouchers: "Gutscheine", rooms: "Zimmer", api: "API",
  },
  account: {
    menu: (name: string) => `Konto von ${name}`, you: "Sie", theme: "Farben", language: "Sprache", themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
    changePassword: "Passwort ändern", signOut: "Abmelden", oldPassword: "Jetziges Passwort", newPassword: "Neues Passwort", passwordChanged: "Ihr Passwort ist geändert.",
    sessions: "Ihre Sitzungen", thisOne: "diese", end: "Beenden",
    passwordHint: "Mindestens 10 Zeichen. Gut sind einige Wörter, die nur Sie so zusammenstellen.",
  },
  roles: { viewer: "Betrachter", operator: "Empfang", admin: "Verwalter" },
  front: {
    signIn: "Anmelden", name: "Name", password: "Passwort", ended: "Ihre Sitzung ist zu Ende. Bitte melden Sie sich wieder an.", wrong: "Name oder Passwort ist falsch.",
    throttled: (time: string) => `Zu viele Versuche. Warten Sie ${time}, dann versuchen Sie es wieder.`, setUp: "Konsole einrichten",
    needsLink: "Dieses Gateway hat noch keinen Verwalter. Öffnen Sie den Link, den es beim Start ausgegeben hat. Dieser Befehl auf dem Gateway gibt einen neuen Link aus:",
    isSetUp: "Dieses Gateway ist schon eingerichtet. Der Link gilt nur einmal.", setUpText: "Wählen Sie Name und Passwort des ersten Verwalters.", again: "Passwort noch einmal",
    differs: "Die beiden Passwörter sind verschieden.", create: "Verwalter anlegen",
  },
  firstRun: {
    title: "Erste Einrichtung", step: (n: number, all: number) => `Schritt ${n} von ${all}`, next: "Weiter", back: "Zurück", look: "Neu nachsehen",
    steps: { devices: "Wo sind die Geräte?", uplink: "Welche Schnittstelle führt hinaus?", addresses: "Wie viele Geräte?", admission: "Wer darf hinein?", mail: "Mail an Sie", summary: "Zusammenfassung" },
    takenBack: "Die letzte Probe wurde zurückgenommen", devicesText: "Schließen Sie die Geräte an und lassen Sie sie etwas senden. Die Liste folgt dem, was zu hören ist.", uplinkText: "Der Router der richtigen Schnittstelle antwortet. Für einen Arm nehmen Sie noch einmal die Schnittstelle der Geräte.",
    noCable: "kein Kabel", off: "ausgeschaltet", noAddress: "keine Adresse", heard: (n: number) => `${plural(n, "Gerät", "Geräte")} gehört`, andMore: (n: number) => `und ${number(n)} weitere`, router: (address: string) => `Router ${address}`, answers: "antwortet", silent: "antwortet nicht", asked: "wird gefragt",
    sameInterface: "die Schnittstelle der Geräte: ein Arm", oneArm: (name: string) => `Ein Arm: Das Gateway ist im LAN von ${name} und bedient die Geräte dort, die nicht zu ihm gehören.`, twoArms: (access: string, uplink: string) => `Zwei Arme: Geräte an ${access}, das Internet über ${uplink}.`,
    noRouter: "An dieser Schnittstelle antwortet kein Router. Geräte haben kein Internet, bis einer antwortet.", noUplinkAddress: "Diese Schnittstelle hat noch keine Adresse.", howMany: "Geräte, die gleichzeitig online sind", howManyHint: "Von 1 bis 16.384. Geräte teilen Adressen durch Ports, etwa 1.000 Geräte eine Adresse.", find: "Freie Adressen suchen", finding: "Freie Adressen werden gesucht …",
    enough: (n: number) => `${plural(n, "Gerät braucht", "Geräte brauchen")} nicht mehr als die Adresse, die das Gateway hat.`, needs: (n: number, addresses: number) => `${plural(n, "Gerät braucht", "Geräte brauchen")} ${plural(addresses, "geteilte Adresse", "geteilte Adressen")} aus dem Netz des Uplinks.`,
    found: (n: number, asked: number, used: number) => `${plural(n, "freie Adresse", "freie Adressen")} gefunden: ${number(asked)} gefragt, ${number(used)} benutzt.`, tooFew: "Das sind zu wenige. Mit weniger Adressen hat jedes Gerät weniger Ports.", ranges: "Geteilte Adressen", rangesHint: "Adressen oder Bereiche, durch Kommas getrennt. Kein anderer Host und kein DHCP-Server darf sie benutzen. Leer: die Adresse des Gateways.",
    everyone: "Jedes Gerät hat sofort Zugang", approve: "Ich lasse jedes Gerät zu", limit: "Der Zugang endet nach", noLimit: "Der Zugang hat kein Ende", limitHint: "Zum Beispiel 8h oder 7d. Dann fragt das Gerät Sie wieder.", mailText: "Mails über neue Geräte und Störungen. Sie können das auslassen.", wantsMail: "Mail an mich senden", server: "Mailserver", serverHint: "Zum Beispiel mail.example.net oder mail.example.net:587.",
    tls: "Verschlüsselung", tlsKinds: { starttls: "Mit STARTTLS", implicit: "TLS von Anfang an", none: "keine" }, user: "Benutzername", password: "Passwort", passwordHint: "Es steht in einer Datei, die nur das Gateway lesen darf.", sender: "Absender", recipients: "Empfänger", recipientsHint: "Trennen Sie mehrere durch Kommas.", test: "Testmail senden",
    file: (name: string) => `Das wird in ${name} geschrieben:`, replaces: "Die vorhandene Datei bleibt mit der Endung .bak erhalten.", errors: "Diese Auswahl lässt sich nicht anwenden", apply: (time: string) => `Für ${time} anwenden`, trialText: (time: string) => `Das Gateway startet mit dieser Datei. Bestätigen Sie nicht innerhalb von ${time}, wird es angehalten und die Datei entfernt.`,
    starting: "Das Gateway startet", startingText: "Diese Seite macht weiter, sobald es antwortet. Verlieren Sie die Verbindung, wird alles von selbst zurückgenommen.", running: "Das Gateway läuft auf Probe", runningText: "Sehen Sie nach, ob ein Gerät online ist, und bestätigen Sie dann.", left: (time: string) => `noch ${time}`, confirm: "Bestätigen", undo: "Jetzt zurücknehmen", undoing: "Das Gateway wird angehalten",
    online: (n: number) => `${plural(n, "Gerät", "Geräte")} online`, confirmed: "Das Gateway ist eingerichtet.", needsLink: "Öffnen Sie den Link, den dieser Befehl ausgegeben hat. Für einen neuen Link starten Sie ihn noch einmal:", pendingText: "Dies ist die erste Konfiguration. Ohne Bestätigung wird das Gateway angehalten und seine Datei entfernt.",
  },
  errors: {
    unknown: "Etwas ist schiefgegangen.", http: (status: number) => `Das Gateway antwortet mit dem HTTP-Status ${status}.`,
    codes: {
      unreachable: "Das Gateway antwortet nicht.", unauthenticated: "Bitte melden Sie sich an.", forbidden: "Ihre Rolle erlaubt das nicht.", not_found: "Das gibt es nicht.",
      changed: "Jemand hat es inzwischen geändert. Sehen Sie es sich neu an.", throttled: "Zu viele Anfragen. Warten Sie einen Moment.", unreadable: "Die Antwort des Gateways ist nicht lesbar.",
    },
    noPage: "Diese Seite gibt es nicht.", notYours: "Ihre Rolle hat diese Seite nicht.", pageFailed: "Diese Seite lässt sich nicht anzeigen.",
    pageFailedText: "Vielleicht läuft auf dem Gateway jetzt eine andere Version. Laden Sie die Seite neu.", loadAgain: "Neu laden", outdated: "Auf dem Gateway läuft eine neue Version. Laden Sie die Seite neu, um sie zu benutzen.",
  },
  stale: {
    title: (time: string) => `Keine Verbindung zum Gateway seit ${time}`, text: "Was Sie sehen, ist vielleicht veraltet. Die Konsole versucht es weiter und macht von selbst weiter.", back: "Das Gateway antwortet wieder.",
  },
  pending: {
    label: "Neue Einstellungen auf Probe", title: "Neue Einstellungen sind auf Probe in Kraft", text: "Wenn alles geht, bestätigen Sie sie. Sonst kommen die vorigen Einstellungen von selbst zurück.",
    left: (time: string) => `Noch ${time} bis zur Rücknahme`, confirm: "Bestätigen", undo: "Jetzt zurücknehmen", confirmed: "Die neuen Einstellungen sind bestätigt.", undone: "Die vorigen Einstellungen kommen zurück.",
  },
  times: { "10m": "10 min", "1h": "1 h", "8h": "8 h", "24h": "24 h", "7d": "7 Tage", "30d": "30 Tage" },
  states: { online: "Online", silent: "Still", waits: "Wartet", ended: "Zugang beendet", blocked: "Gesperrt", refused: "Abgewiesen", new: "Neu" },
  causes: {
    held: "Es wartet darauf, dass Sie es einlassen.", "held-closed": "Sein Profil ist für neue Geräte geschlossen.", "held-by-order": "Jemand lässt es warten.", expired: "Seine Zeit ist um.", blocked: "Es ist gesperrt.",
    "device-limit": "Es benutzt so viele Adressen, wie sein Profil erlaubt, und will noch eine.", "pool-exhausted": "Für das Gerät ist keine äußere Adresse mehr frei.", "table-full": "Die Gerätetabelle des Gateways ist voll.", "leases-exhausted": "DHCP hat keine Adresse mehr für das Gerät.",
  },
  overview: {
    allWell: "Alles in Ordnung", broken: "Geräte sind ohne Dienst", degraded: "Etwas braucht Aufmerksamkeit", internet: "Internet", up: "Verbunden", down: "Ausgefallen",
    way: (uplink: string, router: string) => `${uplink} → ${router}`, noRouter: (uplink: string) => `${uplink}, kein Router`, dns: "DNS", off: "Aus", answers: "Antwortet",
    someAnswer: (some: number, all: number) => `${number(some)} von ${number(all)} antworten`, addresses: "Adressen nach außen", ports: "Portblöcke",
    of: (part: string, whole: string) => `${part} von ${whole}`, quarantined: (n: number) => `${number(n)} von anderen Hosts benutzt`,
    refused: (n: number) => `${plural(n, "Paket", "Pakete")} abgewiesen: kein Port war frei`, shared: (n: number) => plural(n, "geteilte Adresse", "geteilte Adressen"),
    admitted: (n: number) => `${number(n)} zugelassen`, waiting: (n: number) => `${number(n)} warten`, blocked: (n: number) => `${number(n)} gesperrt`,
    needsYou: "Wartet auf Sie", nothing: "Kein Gerät wartet auf Sie.", allWaiting: "Alle zeigen", why: "Warum …", more: (n: number) => `${number(n)} weitere`, latest: "Letzte Ereignisse", allEvents: "Alle Ereignisse",
  },
  chart: {
    title: "Verlauf", range: "Zeitraum", hour: "Letzte Stunde", twoDays: "2 Tage", ninetyDays: "90 Tage", throughput: "Durchsatz", in: "Zu den Geräten", out: "Ins Internet", online: "Online",
    waiting: "Wartend", highest: (value: string) => `(höchstens ${value})`, empty: "Es ist noch nichts aufgezeichnet.",
  },
  devices: {
    count: (n: number) => devices(n), filters: "Filter", columnsTitle: "Spalten", export: "CSV speichern", exported: (n: string) => `${n} Geräte gespeichert.`, profile: "Profil", seen: "Gesehen", tag: "Tag",
    any: "Beliebig", within: (time: string) => `in den letzten ${time}`, clear: "Filter leeren", none: "Noch wurde kein Gerät gesehen.", noneFits: "Kein Gerät passt zu den Filtern.", showAll: "Alle Geräte zeigen",
    openMac: (mac: string) => `Über ${mac} entscheiden, bevor es kommt`, notYet: "Sie können über dieses Gerät entscheiden, bevor es kommt.",
    back: "Alle Geräte", left: (time: string) => `noch ${time}`, untagged: "ohne VLAN", inVlan: (n: number) => `VLAN ${n}`, selectShown: "Alle bisher gelesenen Zeilen auswählen",
    selectOne: (name: string) => `${name} auswählen`, rowLoads: (n: string) => `Zeile ${n} wird geladen`,
    states: { all: "Alle", online: "Online", admitted: "Zugelassen", held: "Wartend", blocked: "Gesperrt", new: "Neu" },
    columns: {
      name: "Name", state: "Zustand", vlan: "VLAN", own: "Eigene Adresse", outside: "Außen", profile: "Profil", seen: "Gesehen", traffic: "Verkehr", mac: "MAC", vendor: "Hersteller", tags: "Tags", first: "Zuerst gesehen",
    },
  },
  orders: {
    letIn: (time: string) => `${time} zulassen`,
    approve: "Zulassen …", extend: "Verlängern …", block: "Sperren", rename: "Name …", hold: "Anhalten", tags: "Tags", profile: "Profil …", pin: "Adresse behalten …", forget: "Vergessen",
    approveTitle: (name: string) => `${name} zulassen`, howLong: "Wie lange", asProfile: "Wie sein Profil es sagt", otherTime: "Andere Dauer", timeHint: "Zum Beispiel 90m, 8h oder 7d.",
    withProfile: "Profil", byRules: "Wie die Regeln entscheiden", reason: "Grund", reasonHint: "Freiwillig. Er steht in den Ereignissen und im Protokoll.",
    blockTitle: (name: string) => `${name} sperren`, blockText: "Das Gateway antwortet diesem Gerät nicht mehr und verwirft alle seine Pakete.", holdTitle: (name: string) => `${name} anhalten`,
    holdText: "Das Gerät bekommt nur die Seite des Portals, bis Sie es zulassen.", nameTitle: (name: string) => `Name von ${name}`, name: "Name", nameHint: "Leer: Das Gerät hat keinen Namen von Ihnen.",
    pinTitle: (name: string) => `Adresse nach außen von ${name}`, address: "Adresse nach außen", pinHint: "Eine Adresse des Vorrats, die für dieses Gerät frei bleibt. Leer: beliebig.",
    profileTitle: (name: string) => `Profil von ${name}`, profileHint: "Ihre Wahl gilt mehr als die Regeln.", tagsTitle: (name: string) => `Tags von ${name}`, tagsHint: "Trennen Sie Tags durch Kommas.",
    forgetTitle: (name: string) => `${name} vergessen?`, forgetText: "Das Gateway vergisst dieses Gerät und jede Entscheidung darüber. Kommt es wieder, ist es neu. Das lässt sich nicht rückgängig machen.",
    forgetWhat: "Löschen", forgetRecord: "Das Gerät und die Entscheidungen darüber", forgetAll: "Alles, was das Gateway darüber aufbewahrt",
    eraseHint: "Auch Ereignisse, Nachrichten, Verläufe, Leases und die Felder des Protokolls werden gelöscht. Das Protokoll sagt weiterhin, wer zu dieser MAC etwas angeordnet hat, und das Zuordnungsprotokoll bleibt.",
    erase: "Alles löschen", erased: (name: string, stays: string) => `${name} ist gelöscht. Es bleiben: ${stays}.`,
    notErased: (parts: string) => `Nicht überall gelöscht: ${parts}. Versuchen Sie es noch einmal.`,
    done: { approve: (name: string) => `${name} ist zugelassen.`, block: (name: string) => `${name} ist gesperrt.`, hold: (name: string) => `${name} ist angehalten.` },
    changed: (name: string) => `${name} ist geändert.`, forgotten: (name: string) => `${name} ist vergessen.`, undone: "Rückgängig gemacht.", notUndone: "Das ging nicht rückgängig zu machen. Sehen Sie sich das Gerät neu an.",
  },
  bulk: {
    label: "Ausgewählte Geräte", selected: (n: number) => `${number(n)} ausgewählt`, all: (n: number) => `Alle ${devices(n)} des Filters`, selectAll: (n: string) => `Alle ${n} des Filters auswählen`, clear: "Auswahl leeren",
    orders: { approve: "Zulassen …", block: "Sperren …", hold: "Anhalten …", tag: "Tag hinzufügen …", untag: "Tag entfernen …", profile: "Profil …", forget: "Vergessen …" },
    titles: { approve: "Geräte zulassen", block: "Geräte sperren", hold: "Geräte anhalten", tag: "Tag hinzufügen", untag: "Tag entfernen", profile: "Profil wählen", forget: "Geräte vergessen" },
    preview: {
      approve: (n: number) => `Das lässt ${devices(n)} zu.`, block: (n: number) => `Das sperrt ${devices(n)}.`, hold: (n: number) => `Das hält ${devices(n)} an.`, tag: (n: number) => `Das gibt das Tag an ${devices(n)}.`,
      untag: (n: number) => `Das nimmt das Tag von ${plural(n, "Gerät", "Geräten")}.`, profile: (n: number) => `Das setzt das Profil für ${devices(n)}.`, forget: (n: number) => `Das vergisst ${devices(n)}. Es lässt sich nicht rückgängig machen.`,
    },
    done: {
      approve: (n: number) => `${devices(n)} zugelassen.`, block: (n: number) => `${devices(n)} gesperrt.`, hold: (n: number) => `${devices(n)} angehalten.`, tag: (n: number) => `Tag für ${devices(n)} gesetzt.`,
      untag: (n: number) => `Tag von ${plural(n, "Gerät", "Geräten")} entfernt.`, profile: (n: number) => `${devices(n)} geändert.`, forget: (n: number) => `${devices(n)} vergessen.`,
    },
    andMore: (n: string) => `und ${n} weitere`, refused: (n: number) => `Für ${devices(n)} abgelehnt.`,
  },
  why: {
    title: "Warum ist es online, oder warum nicht?", again: "Neu prüfen", nothing: "Nichts hier hindert das Gerät.", to: "Zu welchem Host?", follow: "Seinen Paketen folgen",
    verdicts: { ok: "in Ordnung", warning: "Warnung", fault: "Fehler", open: "nicht bekannt" },
    steps: {
      access: "Seite der Geräte", frames: "Frames", "own-address": "Eigene Adresse", "its-gateway": "Sein Gateway", admission: "Zulassung", "outside-address": "Adresse außen", ports: "Ports", profile: "Profil",
      uplink: "Internet", dns: "DNS", firewall: "Firewall", inbound: "Von außen", drops: "Verworfen",
    },
  },
  device: {
    fits: "Passende Einstellungen", fitsDhcp: (network: string, server: string) => `DHCP, oder eine Adresse aus ${network} mit ${server} als Gateway und DNS-Server`,
    addresses: "Adressen", noAddress: "Es benutzt zurzeit keine Adresse.", own: "Seine eigene Adresse", outside: "Adresse nach außen", noneFree: "Keine ist frei", shared: "Benutzte Ports",
    sharedPorts: (address: string, tcp: string, udp: string) => `${tcp} TCP, ${udp} UDP von ${address}`, pinned: "Für das Gerät behalten", gateway: "Sein Gateway", unknown: "Noch nicht bekannt",
    answered: (address: string) => `${address}: Innkeeper antwortet an seiner Stelle`, dnsServers: "DNS-Server, die es fragt", dnsAnswered: (servers: string) => `${servers}: Innkeeper antwortet an ihrer Stelle`,
    transferred: "Verkehr", both: (received: string, sent: string) => `${received} empfangen, ${sent} gesendet`, about: "Über dieses Gerät", cause: "Warum kein Zugang", decided: "Entscheidung", until: "Bis", profile: "Profil", chosen: "von Hand gewählt",
    hostName: "Sein Hostname", vendor: "Hersteller", randomised: "Zufällige MAC: kein Hersteller, und sie kann wechseln", addressBy: "Adresse durch", byDhcp: "DHCP", byItself: "eigene Einstellungen", lease: "DHCP-Lease",
    firstSeen: "Zuerst gesehen", lastSeen: "Zuletzt gesehen", never: "Nie", traffic: "Verkehr des letzten Tages", inspect: "Gerät untersuchen", ping: "Ping", wake: "Aufwecken", woken: "Die Pakete zum Aufwecken (Wake-on-LAN) wurden gesendet.", capture: "30 s mitschneiden",
    captureHint: "Der Mitschnitt ist eine pcapng-Datei; Wireshark öffnet sie.", arp: (time: string) => `ARP-Antwort nach ${time}`, noArp: "keine ARP-Antwort", echo: (time: string) => `Echo-Antwort nach ${time}`,
    noEcho: "keine Echo-Antwort", from: (address: string) => `gefragt von ${address}`, decisions: "Entscheidungen",
  },
  events: {
    none: "Es gibt keine Ereignisse.", live: "Live", earlier: "Frühere zeigen", text: "Text", device: "Gerät", kind: "Art", actor: "Von", severity: "Schwere", severities: { error: "Fehler", warning: "Warnung", info: "Hinweis" },
    show: "Zeigen", time: "Zeit", what: "Ereignis",
  },
  audit: {
    intro: "Jede Änderung durch eine Person, ein Token oder einen Benutzer des Gateway-Rechners.", none: "Es gibt keine Einträge.", time: "Zeit", who: "Wer", what: "Was", subject: "Gerät, Benutzer oder Datei", change: "Änderung",
    from: (address: string) => `von ${address}`, kinds: { local_user: "lokaler Benutzer", process: "Gateway", person: "Person", token: "Token", unknown: "unbekannt" },
  },
  mail: {
    mail: "Mail", webhook: "Webhook", mailOff: "Aus. Setzen Sie [mail] in den Einstellungen, um Mail zu bekommen.", webhookOff: "Aus. Setzen Sie [webhook] in den Einstellungen, um einen zu benutzen.", waiting: "Warten", sent: "Gesendet", dead: "Aufgegeben",
    lastAnswer: "Letzte Antwort", test: "Testmail senden", tested: "Der Mailserver hat die Testmail angenommen.", notTaken: "Der Mailserver hat die Testmail nicht angenommen.", outbox: "Ausgang", none: "Keine Nachricht wartet.", created: "Geschrieben", channel: "Weg", subject: "Betreff", state: "Zustand",
    states: { waiting: "Wartet", dead: "Aufgegeben", sent: "Gesendet" }, tries: (n: number) => plural(n, "Versuch", "Versuche"), retry: "Jetzt senden", retried: "Die Nachricht wird gesendet.", deleted: "Die Nachricht ist gelöscht.",
  },
  network: {
    stageTexts: {
      frames: "Ein Frame kommt von einem Gerät, und das Gateway bedient seine Art.",
      decision: "Ein Absender, der noch nicht bekannt ist, bekommt eine Adresse.",
      policy: "Das Gerät ist zugelassen, und sein Profil erlaubt Ziel und Geschwindigkeit.",
      translation: "Der Absender wird zur Adresse nach außen, mit einem Port, wo Geräte eine teilen.",
      "way-out": "Das Paket geht über den Uplink zum Gateway des Profils.",
      return: "Eine Antwort kommt vom Uplink und geht zum Gerät.",
    },
    stages: { frames: "Ankunft", decision: "Entscheidung", policy: "Erlaubnis", translation: "Übersetzung", "way-out": "Weg hinaus", return: "Weg zurück" }, stagesTitle: "Stufen des Weges", droppedHere: (n: number) => plural(n, "Paket verworfen", "Pakete verworfen"), mac: "MAC", mtu: "MTU", role: "Seite", lan: "LAN", noCarrier: "Kein Kabel", missing: "Fehlt", inside: "Inneres Netz",
    way: "Der Weg der Pakete", toInternet: "ins Internet", toDevices: "zu den Geräten", packets: (n: string) => `${n} Pakete/s`, bindings: (n: number) => plural(n, "Adresse bedient", "Adressen bedient"),
    dropped: (n: number) => `${plural(n, "Paket", "Pakete")} verworfen`, oneArm: "Ein Arm: eine Schnittstelle", twoArms: "Zwei Arme", router: "Router", interfaces: "Schnittstellen", access: "Geräte", uplink: "Uplink",
    address: "Adresse", none: "keiner", mode: "Betrieb", peer: "Anderes Gateway", peerIs: (mac: string, serves: boolean) => `${mac}: ${serves ? "es bedient, dieses hält sich bereit" : "es hält sich bereit, dieses bedient"}`,
    dhcp: "DHCP", leased: (some: string, all: string, network: string) => `${some} von ${all} vergeben in ${network}`, memory: "Speicher", firewall: (path: string, name: string) => `Eine Firewall dieses Rechners schließt ${path} auf ${name}. So wird es offen:`,
    gateways: "Gateways", name: "Name", interface: "Schnittstelle", nextHop: "Router", state: "Zustand", up: "Erreichbar", down: "Ausgefallen", unknown: "Nicht bekannt", poolUsed: (some: string, all: string) => `${some} von ${all} Adressen benutzt`,
    poolRest: (ready: string, probing: string, quarantined: string) => `${ready} bereit, ${probing} in Prüfung, ${quarantined} von anderen Hosts benutzt`, portsUsed: (share: string, n: string) => `${share} aller Ports vergeben, ${n} Verbindungen`,
    dns: "DNS-Server", server: "Server", latency: "Antwortzeit", timeouts: "Ohne Antwort", ofQueries: (some: string, all: string) => `${some} von ${all}`, dnsQuestions: "DNS-Fragen je Sekunde", questions: "Fragen", cached: "Aus dem Cache", failed: "Misslungen",
    dropRates: "Verworfene je Sekunde", dropsPolicy: "Nicht erlaubt", dropsInvalid: "Ungültig", dropsLimits: "Grenzen", dropsFaults: "Störungen",
    counters: (n: number) => `${plural(n, "Zähler", "Zähler")} der Steuerung`,
  },
  settings: {
    // Of the editor, by its own English words.
    phrases: {
      Find: "Suchen", Replace: "Ersetzen", next: "nächste", previous: "vorige", all: "alle", "match case": "Groß/klein", regexp: "Regex", "by word": "ganze Wörter", close: "schließen", replace: "ersetzen", "replace all": "alle ersetzen",
      Completions: "Vorschläge", Diagnostics: "Fehler", "No diagnostics": "Keine Fehler", "Go to line": "Gehe zu Zeile", go: "los", "current match": "jetziger Treffer", "on line": "in Zeile", "replaced $ matches": "$ Treffer ersetzt", "replaced match on line $": "Treffer in Zeile $ ersetzt",
    },
    parts: { file: "Datei", history: "Verlauf", profiles: "Profile und Regeln", values: "Werte in Kraft" }, editor: "Konfigurationsdatei", keys: "Strg+Leertaste ergänzt, Strg+F sucht, Tab verlässt den Editor.",
    checking: "Wird geprüft …", errors: (n: number) => (n === 0 ? "Keine Fehler" : plural(n, "Fehler", "Fehler")), line: (line: number, column: number) => (line === 0 ? "Datei" : `Zeile ${line}, Spalte ${column}`),
    preview: "Vorschau und anwenden …", discard: "Änderungen verwerfen", notWritable: "Sie können die Datei hier ansehen, aber nicht ändern.", notWritableText: "Das Gateway darf seine Datei nicht schreiben.",
    changedMeanwhile: "Die Datei wurde inzwischen geändert", changedMeanwhileText: "Was Sie schreiben, beruht auf einem älteren Text. Nehmen Sie den neuen Text, oder kopieren Sie zuerst Ihre Zeilen.", takeNew: "Neuen Text nehmen",
    applyTitle: "Was diese Einstellungen bewirken", apply: "Für 60 s anwenden", comment: "Bemerkung", commentHint: "Freiwillig. Sie steht im Verlauf.", applied: "Die neuen Einstellungen sind angewendet. Bestätigen Sie sie innerhalb von 60 s.",
    trial: "Die neuen Einstellungen gelten sofort. Bestätigen Sie sie innerhalb von 60 s; sonst kommen die vorigen von selbst zurück, auch wenn Sie die Verbindung verlieren.", difference: "Unterschiede", same: "Die Texte sind gleich.",
    fromLine: (n: number) => `Zeile ${n}`, added: "Neu:", removed: "Entfernt:", cut: (n: number) => `${devices(n)} online ${n === 1 ? "verlöre" : "verlören"} den Dienst`, held: (n: number) => `${devices(n)} online ${n === 1 ? "würde" : "würden"} angehalten`,
    admitted: (n: number) => `${plural(n, "wartendes Gerät würde", "wartende Geräte würden")} zugelassen`, noDevices: "Für kein Gerät ändert sich der Zugang.", nothingChanges: "Keine Einstellung ändert sich.", changes: (n: number) => `${plural(n, "Einstellung ändert", "Einstellungen ändern")} sich:`,
    noHistory: "Es gibt noch keinen Verlauf.", number: "Nr.", time: "Seit", by: "Von", byHand: "von Hand", inForce: "in Kraft", outcome: "Ergebnis",
    outcomes: { applied: "Angewendet", waiting: "Auf Probe", confirmed: "Bestätigt", undone: "Zurückgenommen", failed: "Misslungen", unused: "Nicht benutzt" }, compare: "Vergleichen …", compareNumber: (n: number) => `Einstellungen Nr. ${n}`, with: "Vergleichen mit",
    present: "der jetzigen Datei", numbered: (n: number) => `Nr. ${n}`, restore: "In den Editor nehmen", find: "Einstellung suchen", key: "Einstellung", value: "Wert", origin: "Aus", notSet: "nicht gesetzt",
  },
  profiles: {
    title: "Profile", name: "Name", devices: "Geräte", admission: "Neue Geräte", admissions: { auto: "werden zugelassen", approve: "warten auf Sie", closed: "bleiben draußen" }, lifetime: (time: string) => `für ${time}`, address: "Adresse nach außen",
    legals: { own: "eigene, sonst geteilt", shared: "geteilt", "own-only": "nur eigene" }, limits: "Grenzen", unlimited: "beliebig schnell", addresses: (n: number) => plural(n, "eigene Adresse", "eigene Adressen"), reach: "Erreichbarkeit", isolated: "Geräte getrennt",
    together: "Geräte erreichen einander", inbound: "von außen offen", noInbound: "von außen zu", denied: (list: string) => `nicht zu ${list}`, allowed: (list: string) => `aber zu ${list}`, gateway: "Gateway", rules: "Regeln",
    noRules: "Es gibt keine Regeln. Jedes Gerät hat das Profil default.", conditions: "Wenn", gives: "Profil", rulesHint: "Die erste Regel, die passt, entscheidet. Ändern Sie Profile und Regeln in der Datei.",
  },
  machines: {
    intro: "Geräte, die von außen sofort erreichbar sein müssen, obwohl sie nie zuerst senden. Sie stehen in der Konfigurationsdatei.", none: "Keine Maschinen. Fügen Sie eine hinzu, oder importieren Sie eine Liste aus einer Tabelle.",
    add: "Maschine hinzufügen", change: "Ändern…", import: "CSV importieren…", export: "CSV exportieren", name: "Name", state: "Zustand", mac: "MAC-Adresse", vlan: "VLAN", address: "Eigene Adresse", outside: "Äußere Adresse", gateway: "Gateway",
    description: "Beschreibung", device: "Gerät", lastSeen: "Zuletzt gesehen", never: "nie", any: "noch nicht gefunden", done: "Das Gateway übernimmt die Änderung.",
    states: { admitted: "zugelassen", held: "wartet", blocked: "gesperrt", new: "neu", missing: "nicht gefunden" },
    hints: {
      name: "Kleinbuchstaben, Ziffern und Bindestriche; auch der Name im DNS.", mac: "Leer: das Gerät, das im VLAN ist.", vlan: "Leer: ohne VLAN.", address: "Die Adresse, die in der Maschine eingestellt ist.",
      outside: "Eine Adresse des Vorrats. Leer: irgendeine.", gateway: "Das Gateway, das in der Maschine eingestellt ist, falls bekannt.", description: "Ihre eigenen Worte.",
    },
    changeOf: (name: string) => `${name} ändern`, removeOf: (name: string) => `${name} entfernen?`, removeText: "Das Gerät bleibt. Von da an ist es ein Gerät wie jedes andere.",
    importOf: (count: number) => `${count} Maschinen importieren?`, importFault: (columns: string) => `Das ist keine Liste von Maschinen. Die erste Zeile braucht die Namen der Spalten: ${columns}.`,
  },
  users: {
    disabled: "abgeschaltet", disable: "Abschalten", enable: "Einschalten", disableOf: (name: string) => `Benutzer ${name} abschalten?`, enableOf: (name: string) => `Benutzer ${name} einschalten?`, disableText: "Der Benutzer wird überall abgemeldet und kann sich nicht anmelden, bis Sie ihn wieder einschalten.", enableText: "Der Benutzer kann sich wieder anmelden.",
    users: "Benutzer", add: "Benutzer anlegen", name: "Name", nameHint: "1 bis 32 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.", role: "Rolle", created: "Angelegt", lastSignIn: "Letzte Anmeldung", never: "nie", you: "Sie", changeRole: "Rolle …", setPassword: "Passwort …",
    roleOf: (name: string) => `Rolle von ${name}`, passwordOf: (name: string) => `Passwort von ${name}`, removeOf: (name: string) => `Benutzer ${name} löschen?`, removeText: "Der Benutzer wird überall abgemeldet und kann sich nicht mehr anmelden.",
    added: (name: string) => `Benutzer ${name} ist angelegt.`, changed: (name: string) => `Benutzer ${name} ist geändert.`, removed: (name: string) => `${name} ist gelöscht.`, tokens: "API-Tokens", addToken: "Token anlegen", noTokens: "Es gibt keine Tokens.", expires: "Läuft ab",
    noEnd: "nie", lastUse: "Letzter Gebrauch", removeTokenOf: (name: string) => `Token ${name} löschen?`, removeTokenText: "Programme mit diesem Token haben keinen Zugang mehr.", valid: "Gilt für",
    times: { "30d": "30 Tage", "90d": "90 Tage", "365d": "1 Jahr", never: "Ohne Ende" }, tokenMade: "Ihr neues Token", tokenOnce: "Kopieren Sie es jetzt. Es wird nicht wieder angezeigt.", copy: "Kopieren", copied: "Kopiert.", roles: "Was jede Rolle darf",
    roleTexts: {
      viewer: "Sieht Geräte, Ereignisse, Netz und Profile. Ändert nichts.", operator: "Für den Empfang: sieht, was ein Betrachter sieht, lässt Geräte für eine Zeit zu, verlängert, benennt und sperrt sie.",
      admin: "Alles: Einstellungen, Benutzer, Tokens, Mail, Protokoll, Mitschnitte.",
    },
  },
  vouchers: {
    title: "Gutscheine", create: "Gutscheine anlegen", find: "Nach Gutschein, Bezeichnung oder Profil suchen", state: "Zustand", none: "Es gibt keine solchen Gutscheine.", voucher: "Gutschein", label: "Bezeichnung", until: "Bis", uses: "Geräte …", extend: "Verlängern …", revoke: "Zurückziehen",
    more: (n: number) => `${plural(n, "weiterer Gutschein", "weitere Gutscheine")}; grenzen Sie die Suche ein, um sie zu sehen.`,
    states: { unused: "Unbenutzt", used: "In Benutzung", over: "Abgelaufen", revoked: "Zurückgezogen", used_up: "Datenvolumen aufgebraucht", not_yet: "Noch nicht gültig" },
    count: "Wie viele", countHint: "1 bis 1000.", time: "Gültig ab der ersten Benutzung", timeHint: "Etwa 8h oder 7d. Leer: bis zum Datum unten.", latest: "Gültig bis", dateHint: "Etwa 2026-12-05T11:00, nach der Uhr des Gateways.",
    devicesEach: "Geräte je Gutschein", data: "Daten je Gutschein", dataHint: "Etwa 500M oder 2G. Leer: beliebig viel.", labelHint: "Freiwillig: Ihre Worte dafür, etwa die Veranstaltung.", network: "Name des Netzes",
    networkHint: "Freiwillig: Er steht auf dem Druckbogen.", paper: "Druckbogen", noPaper: "Keiner", made: "Ihre neuen Codes", once: "Drucken oder sichern Sie sie jetzt. Sie werden nicht noch einmal gezeigt.", sheet: "Druckbogen (HTML)",
    usesOf: (name: string) => `Geräte des Gutscheins ${name}`, extendOf: (name: string) => `Gutschein ${name} verlängern`, longer: "Länger um", longerHint: "Etwa 2h oder 1d. Geräte, deren Zeit vorbei ist, werden wieder zugelassen.",
    extended: (name: string) => `Gutschein ${name} ist verlängert.`, revokeOf: (name: string) => `Gutschein ${name} zurückziehen?`, revokeText: "Sein Code ist ungültig, und der Zugang seiner Geräte endet sofort. Das lässt sich nicht rückgängig machen.", revoked: (name: string) => `Gutschein ${name} ist zurückgezogen.`,
  },
  rooms: {
    title: "Zimmer", set: "Zimmer belegen", none: "Es gibt keine Zimmer.", room: "Zimmer", where: "Wo der Code gilt", checkOut: "Abreise", open: "Belegt", over: "Beendet", change: "Ändern …", checkIn: "Anreise …", end: "Abreise",
    withTag: (tag: string) => `Markierung ${tag}`, usesOf: (name: string) => `Geräte des Zimmers ${name}`, setOf: (name: string) => `Zimmer ${name}`, codeOf: (name: string) => `Code des Zimmers ${name}`, nameHint: "Bis zu 32 Buchstaben, Ziffern, Punkte, Bindestriche oder Unterstriche.",
    code: "Code", codeHint: "6 bis 32 Buchstaben und Ziffern. Leer: Es wird einer erzeugt, oder der jetzige bleibt.", saved: (name: string) => `Zimmer ${name} ist belegt.`, endOf: (name: string) => `Aufenthalt in Zimmer ${name} beenden?`,
    endText: "Sein Code ist ungültig, und der Zugang seiner Geräte endet sofort.", ended: (name: string) => `Der Aufenthalt in Zimmer ${name} ist beendet.`,
  },
  api: {
    intro: "Alles, was diese Konsole tut, können Programme über die API tun. Probieren Sie eine Operation hier mit Ihren eigenen Rechten; der curl-Befehl tut dasselbe mit einem Token.", document: "OpenAPI-Dokument", find: "Operation suchen", other: "Andere",
    anyone: "Alle", body: "Inhalt (JSON)", send: "Senden", sendChange: "Senden: ändert etwas", changes: "Dies ist das echte Gateway.", stream: "Diese Operation antwortet mit einem Strom oder einer Datei. Benutzen Sie den curl-Befehl.",
    licences: "Lizenzen der Bibliotheken", noJson: "Der Inhalt ist kein gültiges JSON.", answer: (status: number) => `Antwort (${status})`,
  },
  drops,
};
