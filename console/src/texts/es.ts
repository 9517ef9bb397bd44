import { number } from "../format";
import { drops } from "./drops/es";
import type { Texts } from "./en";

function plural(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const devices = (n: number) => plural(n, "dispositivo", "dispositivos");

export const es: Texts = {
  common: {
    actions: "Acciones", again: "Reintentar", cancel: "Cancelar", clear: "Vaciar", close: "Cerrar", dismiss: "Ocultar", loading: "Cargando…", messages: "Avisos",
    remove: "Eliminar", save: "Guardar", undo: "Deshacer",
  },
  nav: {
    label: "Páginas", menu: "Menú", skip: "Ir al contenido", find: "Buscar dispositivo: habitación, MAC, IP, nombre", overview: "Resumen", devices: "Dispositivos", events: "Sucesos", network: "Red",
    machines: "Máquinas",
    audit: "Registro de cambios", mail: "Correo y webhook", settings: "Ajustes", profiles: "Perfiles", users: "Usuarios y tokens", vouchers: "Vales", rooms: "Habitaciones", api: "API",
  },
  account: {
    menu: (name: string) => `Cuenta de ${name}`, you: "Usted", theme: "Colores", language: "Idioma", themes: { system: "Como el sistema", light: "Claro", dark: "Oscuro" },
    changePassword: "Cambiar contraseña", signOut: "Cerrar sesión", oldPassword: "Contraseña actual", newPassword: "Contraseña nueva", passwordChanged: "Su contraseña ha cambiado.",
    sessions: "Sus sesiones", thisOne: "esta", end: "Terminar",
    passwordHint: "Al menos 10 caracteres. Van bien unas palabras que solo usted juntaría.",
  },
  roles: { viewer: "Observador", operator: "Recepción", admin: "Administrador" },
  front: {
    signIn: "Iniciar sesión", name: "Nombre", password: "Contraseña", ended: "Su sesión ha terminado. Inicie sesión de nuevo.", wrong: "El nombre o la contraseña no es correcto.",
    throttled: (time: string) => `Demasiados intentos. Espere ${time} y pruebe de nuevo.`, setUp: "Poner en marcha la consola",
    needsLink: "Esta pasarela aún no tiene administrador. Abra el enlace que mostró al arrancar. Esta orden en la pasarela da un enlace nuevo:",
    isSetUp: "Esta pasarela ya está en marcha. El enlace vale una sola vez.", setUpText: "Elija el nombre y la contraseña del primer administrador.", again: "Contraseña otra vez",
    differs: "Las dos contraseñas son distintas.", create: "Crear administrador",
  },
  firstRun: {
    title: "Primera puesta en marcha", step: (n: number, all: number) => `Paso ${n} de ${all}`, next: "Siguiente", back: "Atrás", look: "Mirar de nuevo",
    steps: { devices: "¿Dónde están los dispositivos?", uplink: "¿Qué interfaz lleva fuera?", addresses: "¿Cuántos dispositivos?", admission: "¿Quién puede entrar?", mail: "Correo para usted", summary: "Resumen" },
    takenBack: "La última prueba se deshizo", devicesText: "Conecte los dispositivos y haga que envíen algo. La lista sigue lo que se oye.", uplinkText: "El router de la interfaz correcta responde. Para un solo brazo, elija otra vez la interfaz de los dispositivos.",
    noCable: "sin cable", off: "apagada", noAddress: "sin dirección", heard: (n: number) => `${plural(n, "dispositivo oído", "dispositivos oídos")}`, andMore: (n: number) => `y ${number(n)} más`, router: (address: string) => `el router ${address}`, answers: "responde", silent: "no responde", asked: "está siendo preguntado",
    sameInterface: "la interfaz de los dispositivos: un brazo", oneArm: (name: string) => `Un brazo: la pasarela está en la LAN de ${name} y sirve a los dispositivos que no pertenecen a ella.`, twoArms: (access: string, uplink: string) => `Dos brazos: dispositivos en ${access}, Internet por ${uplink}.`,
    noRouter: "Ningún router responde en esta interfaz. Los dispositivos no tendrán Internet hasta que responda uno.", noUplinkAddress: "Esta interfaz aún no tiene dirección.", howMany: "Dispositivos en línea a la vez", howManyHint: "De 1 a 16.384. Los dispositivos comparten direcciones por puertos, unos 1.000 por dirección.", find: "Buscar direcciones libres", finding: "Buscando direcciones libres…",
    enough: (n: number) => `${plural(n, "dispositivo no necesita", "dispositivos no necesitan")} más que la dirección que ya tiene la pasarela.`, needs: (n: number, addresses: number) => `${plural(n, "dispositivo necesita", "dispositivos necesitan")} ${plural(addresses, "dirección compartida", "direcciones compartidas")} de la red de salida.`,
    found: (n: number, asked: number, used: number) => `${plural(n, "dirección libre encontrada", "direcciones libres encontradas")}: ${number(asked)} preguntadas, ${number(used)} en uso.`, tooFew: "Son muy pocas. Con menos direcciones, cada dispositivo tiene menos puertos.", ranges: "Direcciones compartidas", rangesHint: "Direcciones o rangos, separados por comas. Ningún otro host ni servidor DHCP debe usarlas. Vacío: la dirección de la pasarela.",
    everyone: "Cada dispositivo tiene acceso en seguida", approve: "Admito cada dispositivo", limit: "El acceso acaba después de", noLimit: "El acceso no acaba", limitHint: "Por ejemplo 8h o 7d. Después el dispositivo le pregunta otra vez.", mailText: "Correos sobre dispositivos nuevos y fallos. Puede dejarlo para después.", wantsMail: "Enviarme correo", server: "Servidor de correo", serverHint: "Por ejemplo mail.example.net o mail.example.net:587.",
    tls: "Cifrado", tlsKinds: { starttls: "Con STARTTLS", implicit: "TLS desde el principio", none: "ninguno" }, user: "Nombre de usuario", password: "Contraseña", passwordHint: "Se guarda en un archivo que solo la pasarela puede leer.", sender: "Remitente", recipients: "Destinatarios", recipientsHint: "Separe varios por comas.", test: "Enviar un correo de prueba",
    file: (name: string) => `Esto se escribe en ${name}:`, replaces: "El archivo que hay se conserva con la terminación .bak.", errors: "Esta elección no se puede aplicar", apply: (time: string) => `Aplicar durante ${time}`, trialText: (time: string) => `La pasarela arranca con este archivo. Si no confirma en ${time}, se detiene y el archivo se borra.`,
    starting: "La pasarela arranca", startingText: "Esta página sigue en cuanto responda. Si pierde el contacto, todo se deshace por sí solo.", running: "La pasarela está a prueba", runningText: "Mire si un dispositivo está en línea y después confirme.", left: (time: string) => `quedan ${time}`, confirm: "Confirmar", undo: "Deshacer ahora", undoing: "La pasarela se detiene",
    online: (n: number) => `${plural(n, "dispositivo", "dispositivos")} en línea`, confirmed: "La pasarela está en marcha.", needsLink: "Abra el enlace que mostró esta orden. Para otro enlace, ejecútela de nuevo:", pendingText: "Es la primera configuración. Sin confirmación, la pasarela se detiene y su archivo se borra.",
  },
  errors: {
    unknown: "Algo ha fallado.", http: (status: number) => `La pasarela respondió con el estado HTTP ${status}.`,
    codes: {
      unreachable: "La pasarela no responde.", unauthenticated: "Inicie sesión.", forbidden: "Su función no lo permite.", not_found: "Eso no existe.",
      changed: "Alguien lo cambió entretanto. Mírelo de nuevo.", throttled: "Demasiadas peticiones. Espere un momento.", unreadable: "La respuesta de la pasarela no se puede leer.",
    },
    noPage: "Esta página no existe.", notYours: "Su función no tiene esta página.", pageFailed: "Esta página no se puede mostrar.",
    pageFailedText: "Quizá la pasarela tiene ahora otra versión. Cargue la página de nuevo.", loadAgain: "Cargar de nuevo", outdated: "La pasarela tiene una versión nueva. Cargue la página de nuevo para usarla.",
  },
  stale: {
    title: (time: string) => `Sin contacto con la pasarela desde ${time}`, text: "Lo que ve puede ser antiguo. La consola sigue intentándolo y continúa por sí misma.", back: "La pasarela responde de nuevo.",
  },
  pending: {
    label: "Ajustes nuevos a prueba", title: "Hay ajustes nuevos a prueba", text: "Si todo funciona, confírmelos. Si no, los ajustes anteriores vuelven por sí mismos.",
    left: (time: string) => `Quedan ${time} para que vuelvan`, confirm: "Confirmar", undo: "Volver ahora", confirmed: "Los ajustes nuevos están confirmados.", undone: "Los ajustes anteriores vuelven.",
  },
  times: { "10m": "10 min", "1h": "1 h", "8h": "8 h", "24h": "24 h", "7d": "7 días", "30d": "30 días" },
  states: { online: "En línea", silent: "Callado", waits: "Espera", ended: "Acceso terminado", blocked: "Bloqueado", refused: "Rechazado", new: "Nuevo" },
  causes: {
    held: "Espera a que usted lo admita.", "held-closed": "Su perfil está cerrado a dispositivos nuevos.", "held-by-order": "Alguien lo puso en espera.", expired: "Su tiempo ha terminado.", blocked: "Está bloqueado.",
    "device-limit": "Usa tantas direcciones como permite su perfil y quiere una más.", "pool-exhausted": "No queda ninguna dirección exterior para él.", "table-full": "La tabla de dispositivos de la pasarela está llena.", "leases-exhausted": "DHCP no tiene más direcciones para él.",
  },
  overview: {
    allWell: "Todo va bien", broken: "Hay dispositivos sin servicio", degraded: "Algo requiere su atención", internet: "Internet", up: "Conectado", down: "Caído",
    way: (uplink: string, router: string) => `${uplink} → ${router}`, noRouter: (uplink: string) => `${uplink}, sin router`, dns: "DNS", off: "Apagado", answers: "Responde",
    someAnswer: (some: number, all: number) => `${number(some)} de ${number(all)} responden`, addresses: "Direcciones exteriores", ports: "Bloques de puertos",
    of: (part: string, whole: string) => `${part} de ${whole}`, quarantined: (n: number) => `${number(n)} en uso por otros equipos`,
    refused: (n: number) => `${plural(n, "paquete rechazado", "paquetes rechazados")}: no quedaba ningún puerto`, shared: (n: number) => plural(n, "dirección compartida", "direcciones compartidas"),
    admitted: (n: number) => `${number(n)} admitidos`, waiting: (n: number) => `${number(n)} en espera`, blocked: (n: number) => `${number(n)} bloqueados`,
    needsYou: "Le necesitan", nothing: "Ningún dispositivo le espera.", allWaiting: "Ver todos", why: "Por qué…", more: (n: number) => `${number(n)} más`, latest: "Últimos sucesos", allEvents: "Todos los sucesos",
  },
  chart: {
    title: "A lo largo del tiempo", range: "Período", hour: "Última hora", twoDays: "2 días", ninetyDays: "90 días", throughput: "Caudal", in: "A los dispositivos", out: "A Internet", online: "En línea",
    waiting: "En espera", highest: (value: string) => `(máximo ${value})`, empty: "Aún no hay nada registrado.",
  },
  devices: {
    count: (n: number) => devices(n), filters: "Filtros", columnsTitle: "Columnas", export: "Guardar CSV", exported: (n: string) => `${n} dispositivos guardados.`, profile: "Perfil", seen: "Visto", tag: "Etiqueta",
    any: "Cualquiera", within: (time: string) => `en los últimos ${time}`, clear: "Vaciar filtros", none: "Aún no se ha visto ningún dispositivo.", noneFits: "Ningún dispositivo cumple los filtros.", showAll: "Mostrar todos los dispositivos",
    openMac: (mac: string) => `Decidir sobre ${mac} antes de que llegue`, notYet: "Puede decidir sobre este dispositivo antes de que llegue.",
    back: "Todos los dispositivos", left: (time: string) => `quedan ${time}`, untagged: "sin VLAN", inVlan: (n: number) => `VLAN ${n}`, selectShown: "Seleccionar todas las filas leídas",
    selectOne: (name: string) => `Seleccionar ${name}`, rowLoads: (n: string) => `La fila ${n} se está cargando`,
    states: { all: "Todos", online: "En línea", admitted: "Admitidos", held: "En espera", blocked: "Bloqueados", new: "Nuevos" },
    columns: {
      name: "Nombre", state: "Estado", vlan: "VLAN", own: "Dirección propia", outside: "Exterior", profile: "Perfil", seen: "Visto", traffic: "Tráfico", mac: "MAC", vendor: "Fabricante", tags: "Etiquetas", first: "Visto por primera vez",
    },
  },
  orders: {
    letIn: (time: string) => `Admitir ${time}`,
    approve: "Admitir…", extend: "Prolongar…", block: "Bloquear", rename: "Nombre…", hold: "Retener", tags: "Etiquetas", profile: "Perfil…", pin: "Reservar dirección…", forget: "Olvidar",
    approveTitle: (name: string) => `Admitir ${name}`, howLong: "Cuánto tiempo", asProfile: "Como diga su perfil", otherTime: "Otro tiempo", timeHint: "Por ejemplo 90m, 8h o 7d.",
    withProfile: "Perfil", byRules: "Como decidan las reglas", reason: "Motivo", reasonHint: "Opcional. Figura en los sucesos y en el registro.",
    blockTitle: (name: string) => `Bloquear ${name}`, blockText: "La pasarela ya no responde a este dispositivo y descarta todos sus paquetes.", holdTitle: (name: string) => `Retener ${name}`,
    holdText: "El dispositivo solo recibe la página del portal hasta que usted lo admita.", nameTitle: (name: string) => `Nombre de ${name}`, name: "Nombre", nameHint: "Vacío: el dispositivo no tiene un nombre suyo.",
    pinTitle: (name: string) => `Dirección exterior de ${name}`, address: "Dirección exterior", pinHint: "Una dirección de la reserva que se guarda para este dispositivo. Vacío: cualquiera.",
    profileTitle: (name: string) => `Perfil de ${name}`, profileHint: "Su elección vale más que las reglas.", tagsTitle: (name: string) => `Etiquetas de ${name}`, tagsHint: "Separe las etiquetas con comas.",
    forgetTitle: (name: string) => `¿Olvidar ${name}?`, forgetText: "La pasarela olvida este dispositivo y toda decisión sobre él. Si vuelve, es nuevo. No se puede deshacer.",
    forgetWhat: "Eliminar", forgetRecord: "El dispositivo y las decisiones sobre él", forgetAll: "Todo lo que la pasarela guarda sobre él",
    eraseHint: "También se eliminan eventos, mensajes, series, concesiones y los campos del registro de auditoría. El registro de auditoría sigue diciendo quién actuó sobre esta MAC, y el registro de asignaciones permanece.",
    erase: "Eliminar todo", erased: (name: string, stays: string) => `${name} está eliminado. Permanecen: ${stays}.`,
    notErased: (parts: string) => `No está eliminado en todas partes: ${parts}. Inténtelo otra vez.`,
    done: { approve: (name: string) => `${name} está admitido.`, block: (name: string) => `${name} está bloqueado.`, hold: (name: string) => `${name} está retenido.` },
    changed: (name: string) => `${name} ha cambiado.`, forgotten: (name: string) => `${name} está olvidado.`, undone: "Deshecho.", notUndone: "No se pudo deshacer. Mire el dispositivo de nuevo.",
  },
  bulk: {
    label: "Dispositivos seleccionados", selected: (n: number) => plural(n, "seleccionado", "seleccionados"), all: (n: number) => `Los ${devices(n)} del filtro`, selectAll: (n: string) => `Seleccionar los ${n} del filtro`, clear: "Vaciar selección",
    orders: { approve: "Admitir…", block: "Bloquear…", hold: "Retener…", tag: "Poner etiqueta…", untag: "Quitar etiqueta…", profile: "Perfil…", forget: "Olvidar…" },
    titles: { approve: "Admitir dispositivos", block: "Bloquear dispositivos", hold: "Retener dispositivos", tag: "Poner una etiqueta", untag: "Quitar una etiqueta", profile: "Elegir un perfil", forget: "Olvidar dispositivos" },
    preview: {
      approve: (n: number) => `Esto admite ${devices(n)}.`, block: (n: number) => `Esto bloquea ${devices(n)}.`, hold: (n: number) => `Esto retiene ${devices(n)}.`, tag: (n: number) => `Esto pone la etiqueta a ${devices(n)}.`,
      untag: (n: number) => `Esto quita la etiqueta de ${devices(n)}.`, profile: (n: number) => `Esto fija el perfil de ${devices(n)}.`, forget: (n: number) => `Esto olvida ${devices(n)}. No se puede deshacer.`,
    },
    done: {
      approve: (n: number) => `${plural(n, "dispositivo admitido", "dispositivos admitidos")}.`, block: (n: number) => `${plural(n, "dispositivo bloqueado", "dispositivos bloqueados")}.`, hold: (n: number) => `${plural(n, "dispositivo retenido", "dispositivos retenidos")}.`, tag: (n: number) => `Etiqueta puesta a ${devices(n)}.`,
      untag: (n: number) => `Etiqueta quitada de ${devices(n)}.`, profile: (n: number) => `${plural(n, "dispositivo cambiado", "dispositivos cambiados")}.`, forget: (n: number) => `${plural(n, "dispositivo olvidado", "dispositivos olvidados")}.`,
    },
    andMore: (n: string) => `y ${n} más`, refused: (n: number) => `Rechazado para ${devices(n)}.`,
  },
  why: {
    title: "¿Por qué está en línea, o por qué no?", again: "Mirar de nuevo", nothing: "Nada aquí impide el paso al dispositivo.", to: "¿Hacia qué equipo?", follow: "Seguir sus paquetes",
    verdicts: { ok: "en orden", warning: "aviso", fault: "fallo", open: "no se sabe" },
    steps: {
      access: "Lado de acceso", frames: "Tramas", "own-address": "Dirección propia", "its-gateway": "Su pasarela", admission: "Admisión", "outside-address": "Dirección exterior", ports: "Puertos", profile: "Perfil",
      uplink: "Internet", dns: "DNS", firewall: "Cortafuegos", inbound: "Desde fuera", drops: "Descartes",
    },
  },
  device: {
    fits: "Ajustes que irían bien", fitsDhcp: (network: string, server: string) => `DHCP, o una dirección de ${network} con ${server} como pasarela y servidor DNS`,
    addresses: "Direcciones", noAddress: "Ahora no usa ninguna dirección.", own: "Su dirección propia", outside: "Dirección exterior", noneFree: "No hay ninguna libre", shared: "Puertos en uso",
    sharedPorts: (address: string, tcp: string, udp: string) => `${tcp} TCP, ${udp} UDP de ${address}`, pinned: "Reservada para él", gateway: "Su pasarela", unknown: "Aún no se sabe",
    answered: (address: string) => `${address}: Innkeeper responde en su lugar`, dnsServers: "Servidores DNS que consulta", dnsAnswered: (servers: string) => `${servers}: Innkeeper responde en su lugar`,
    transferred: "Tráfico", both: (received: string, sent: string) => `${received} recibidos, ${sent} enviados`, about: "Sobre este dispositivo", cause: "Por qué no tiene acceso", decided: "Decisión", until: "Hasta", profile: "Perfil", chosen: "elegido a mano",
    hostName: "Su nombre de equipo", vendor: "Fabricante", randomised: "MAC aleatoria: sin fabricante, y puede cambiar", addressBy: "Dirección por", byDhcp: "DHCP", byItself: "sus propios ajustes", lease: "Concesión DHCP",
    firstSeen: "Visto por primera vez", lastSeen: "Visto por última vez", never: "Nunca", traffic: "Tráfico del último día", inspect: "Examinarlo", ping: "Ping", wake: "Despertarlo", woken: "Se enviaron las tramas para despertarlo (Wake-on-LAN).", capture: "Capturar 30 s",
    captureHint: "La captura es un archivo pcapng; Wireshark lo abre.", arp: (time: string) => `respuesta ARP tras ${time}`, noArp: "sin respuesta ARP", echo: (time: string) => `respuesta de eco tras ${time}`,
    noEcho: "sin respuesta de eco", from: (address: string) => `preguntado desde ${address}`, decisions: "Decisiones",
  },
  events: {
    none: "No hay sucesos.", live: "En vivo", earlier: "Mostrar anteriores", text: "Texto", device: "Dispositivo", kind: "Clase", actor: "Por", severity: "Gravedad", severities: { error: "Fallo", warning: "Aviso", info: "Nota" },
    show: "Mostrar", time: "Hora", what: "Suceso",
  },
  audit: {
    intro: "Cada cambio hecho por una persona, un token o un usuario de la máquina de la pasarela.", none: "No hay entradas.", time: "Hora", who: "Quién", what: "Qué", subject: "Dispositivo, usuario o archivo", change: "Cambio",
    from: (address: string) => `desde ${address}`, kinds: { local_user: "usuario local", process: "pasarela", person: "persona", token: "token", unknown: "desconocido" },
  },
  mail: {
    mail: "Correo", webhook: "Webhook", mailOff: "Apagado. Ponga [mail] en los ajustes para recibir correo.", webhookOff: "Apagado. Ponga [webhook] en los ajustes para usar uno.", waiting: "En espera", sent: "Enviados", dead: "Abandonados",
    lastAnswer: "Última respuesta", test: "Enviar correo de prueba", tested: "El servidor aceptó el correo de prueba.", notTaken: "El servidor no aceptó el correo de prueba.", outbox: "Bandeja de salida", none: "No espera ningún mensaje.", created: "Escrito", channel: "Vía", subject: "Asunto", state: "Estado",
    states: { waiting: "Espera", dead: "Abandonado", sent: "Enviado" }, tries: (n: number) => plural(n, "intento", "intentos"), retry: "Enviar ahora", retried: "El mensaje se está enviando.", deleted: "El mensaje está eliminado.",
  },
  network: {
    stageTexts: {
      frames: "Llega una trama de un dispositivo, de una clase que la pasarela atiende.",
      decision: "Un origen aún desconocido recibe una dirección.",
      policy: "El dispositivo está admitido, y su perfil permite el destino y la velocidad.",
      translation: "El origen pasa a ser la dirección exterior, con un puerto donde los dispositivos comparten una.",
      "way-out": "El paquete sale por el enlace hacia la pasarela del perfil.",
      return: "Una respuesta llega del enlace de salida y va al dispositivo.",
    },
    stages: { frames: "Llegada", decision: "Decisión", policy: "Permiso", translation: "Traducción", "way-out": "Salida", return: "Regreso" }, stagesTitle: "Etapas del camino", droppedHere: (n: number) => plural(n, "paquete descartado", "paquetes descartados"), mac: "MAC", mtu: "MTU", role: "Lado", lan: "LAN", noCarrier: "Sin cable", missing: "Falta", inside: "Red interior",
    way: "El camino de los paquetes", toInternet: "a Internet", toDevices: "a los dispositivos", packets: (n: string) => `${n} paquetes/s`, bindings: (n: number) => plural(n, "dirección atendida", "direcciones atendidas"),
    dropped: (n: number) => plural(n, "paquete descartado", "paquetes descartados"), oneArm: "Un brazo: una interfaz", twoArms: "Dos brazos", router: "Router", interfaces: "Interfaces", access: "Dispositivos", uplink: "Enlace de salida",
    address: "Dirección", none: "ninguno", mode: "Modo", peer: "Otra pasarela", peerIs: (mac: string, serves: boolean) => `${mac}: ${serves ? "ella atiende, esta está en reserva" : "está en reserva, esta atiende"}`,
    dhcp: "DHCP", leased: (some: string, all: string, network: string) => `${some} de ${all} concedidas en ${network}`, memory: "Memoria", firewall: (path: string, name: string) => `Un cortafuegos de esta máquina cierra ${path} en ${name}. Esto lo abre:`,
    gateways: "Pasarelas", name: "Nombre", interface: "Interfaz", nextHop: "Router", state: "Estado", up: "Responde", down: "Caída", unknown: "No se sabe", poolUsed: (some: string, all: string) => `${some} de ${all} direcciones en uso`,
    poolRest: (ready: string, probing: string, quarantined: string) => `${ready} listas, ${probing} en prueba, ${quarantined} en uso por otros equipos`, portsUsed: (share: string, n: string) => `${share} de los puertos repartidos, ${n} conexiones`,
    dns: "Servidores DNS", server: "Servidor", latency: "Demora", timeouts: "Sin respuesta", ofQueries: (some: string, all: string) => `${some} de ${all}`, dnsQuestions: "Consultas DNS por segundo", questions: "Consultas", cached: "De la caché", failed: "Fallidas",
    dropRates: "Descartes por segundo", dropsPolicy: "No permitidos", dropsInvalid: "No válidos", dropsLimits: "Límites", dropsFaults: "Averías",
    counters: (n: number) => `${plural(n, "contador", "contadores")} del plano de control`,
  },
  settings: {
    // Of the editor, by its own English words.
    phrases: {
      Find: "Buscar", Replace: "Reemplazar", next: "siguiente", previous: "anterior", all: "todas", "match case": "mayúsculas", regexp: "regex", "by word": "palabras enteras", close: "cerrar", replace: "reemplazar", "replace all": "reemplazar todo",
      Completions: "Sugerencias", Diagnostics: "Errores", "No diagnostics": "Sin errores", "Go to line": "Ir a la línea", go: "ir", "current match": "coincidencia actual", "on line": "en la línea", "replaced $ matches": "$ coincidencias reemplazadas", "replaced match on line $": "coincidencia reemplazada en la línea $",
    },
    parts: { file: "Archivo", history: "Historial", profiles: "Perfiles y reglas", values: "Valores en vigor" }, editor: "Archivo de configuración", keys: "Ctrl+Espacio completa, Ctrl+F busca, Tab sale del editor.",
    checking: "Comprobando…", errors: (n: number) => (n === 0 ? "Sin errores" : plural(n, "error", "errores")), line: (line: number, column: number) => (line === 0 ? "Archivo" : `Línea ${line}, columna ${column}`),
    preview: "Ver efecto y aplicar…", discard: "Descartar cambios", notWritable: "Aquí puede ver el archivo, pero no cambiarlo.", notWritableText: "La pasarela no puede escribir su archivo.",
    changedMeanwhile: "El archivo cambió entretanto", changedMeanwhileText: "Lo que escribe parte de un texto anterior. Tome el texto nuevo, o copie antes sus líneas.", takeNew: "Tomar el texto nuevo",
    applyTitle: "Qué harían estos ajustes", apply: "Aplicar 60 s", comment: "Comentario", commentHint: "Opcional. Figura en el historial.", applied: "Los ajustes nuevos están aplicados. Confírmelos en 60 s.",
    trial: "Los ajustes nuevos valen enseguida. Confírmelos en 60 s; si no, los anteriores vuelven por sí mismos, también si pierde el contacto.", difference: "Diferencias", same: "Los textos son iguales.",
    fromLine: (n: number) => `Línea ${n}`, added: "Añadido:", removed: "Quitado:", cut: (n: number) => `${devices(n)} en línea ${n === 1 ? "perdería" : "perderían"} el servicio`, held: (n: number) => `${devices(n)} en línea ${n === 1 ? "quedaría retenido" : "quedarían retenidos"}`,
    admitted: (n: number) => `${devices(n)} en espera ${n === 1 ? "sería admitido" : "serían admitidos"}`, noDevices: "El acceso de ningún dispositivo cambia.", nothingChanges: "Ningún ajuste cambia.", changes: (n: number) => `${plural(n, "ajuste cambia", "ajustes cambian")}:`,
    noHistory: "Aún no hay historial.", number: "N.º", time: "Desde", by: "Por", byHand: "a mano", inForce: "en vigor", outcome: "Resultado",
    outcomes: { applied: "Aplicado", waiting: "A prueba", confirmed: "Confirmado", undone: "Deshecho", failed: "Fallido", unused: "Sin usar" }, compare: "Comparar…", compareNumber: (n: number) => `Ajustes n.º ${n}`, with: "Comparar con",
    present: "el archivo actual", numbered: (n: number) => `N.º ${n}`, restore: "Llevar al editor", find: "Buscar un ajuste", key: "Ajuste", value: "Valor", origin: "De", notSet: "sin poner",
  },
  profiles: {
    title: "Perfiles", name: "Nombre", devices: "Dispositivos", admission: "Dispositivos nuevos", admissions: { auto: "se admiten", approve: "le esperan", closed: "quedan fuera" }, lifetime: (time: string) => `por ${time}`, address: "Dirección exterior",
    legals: { own: "propia, si no compartida", shared: "compartida", "own-only": "solo propia" }, limits: "Límites", unlimited: "sin límite de velocidad", addresses: (n: number) => plural(n, "dirección propia", "direcciones propias"), reach: "Alcance", isolated: "dispositivos separados",
    together: "los dispositivos se alcanzan", inbound: "abierto desde fuera", noInbound: "cerrado desde fuera", denied: (list: string) => `no a ${list}`, allowed: (list: string) => `pero a ${list}`, gateway: "Pasarela", rules: "Reglas",
    noRules: "No hay reglas. Cada dispositivo tiene el perfil default.", conditions: "Si", gives: "Perfil", rulesHint: "Decide la primera regla que se cumple. Cambie perfiles y reglas en el archivo.",
  },
  machines: {
    intro: "Dispositivos a los que se debe llegar desde fuera enseguida, aunque nunca hablen primero. Están en el archivo de configuración.", none: "No hay máquinas. Añada una o importe una lista de una hoja de cálculo.",
    add: "Añadir máquina", change: "Cambiar…", import: "Importar CSV…", export: "Exportar CSV", name: "Nombre", state: "Estado", mac: "Dirección MAC", vlan: "VLAN", address: "Dirección propia", outside: "Dirección exterior", gateway: "Puerta de enlace",
    description: "Descripción", device: "Dispositivo", lastSeen: "Visto por última vez", never: "nunca", any: "aún no encontrado", done: "La puerta de enlace toma el cambio.",
    states: { admitted: "admitida", held: "en espera", blocked: "bloqueada", new: "nueva", missing: "no encontrada" },
    hints: {
      name: "Minúsculas, cifras y guiones; también es el nombre en el DNS.", mac: "Vacío: el dispositivo que esté en la VLAN.", vlan: "Vacío: sin VLAN.", address: "La dirección configurada en la máquina.",
      outside: "Una dirección de la reserva. Vacío: cualquiera.", gateway: "La puerta de enlace configurada en la máquina, si la conoce.", description: "Sus propias palabras.",
    },
    changeOf: (name: string) => `Cambiar ${name}`, removeOf: (name: string) => `¿Quitar ${name}?`, removeText: "El dispositivo se queda. Desde entonces es un dispositivo como los demás.",
    importOf: (count: number) => `¿Importar ${count} máquinas?`, importFault: (columns: string) => `Esto no es una lista de máquinas. La primera línea debe tener los nombres de las columnas: ${columns}.`,
  },
  users: {
    disabled: "desactivado", disable: "Desactivar", enable: "Activar", disableOf: (name: string) => `¿Desactivar el usuario ${name}?`, enableOf: (name: string) => `¿Activar el usuario ${name}?`, disableText: "Se cierran todas sus sesiones y no puede iniciar otra hasta que usted lo active.", enableText: "El usuario puede iniciar sesión de nuevo.",
    users: "Usuarios", add: "Añadir usuario", name: "Nombre", nameHint: "De 1 a 32 letras, cifras, puntos, guiones o guiones bajos.", role: "Función", created: "Creado", lastSignIn: "Última sesión", never: "nunca", you: "usted", changeRole: "Función…", setPassword: "Contraseña…",
    roleOf: (name: string) => `Función de ${name}`, passwordOf: (name: string) => `Contraseña de ${name}`, removeOf: (name: string) => `¿Eliminar el usuario ${name}?`, removeText: "Se cierran todas sus sesiones y ya no puede iniciar otra.",
    added: (name: string) => `Usuario ${name} añadido.`, changed: (name: string) => `Usuario ${name} cambiado.`, removed: (name: string) => `${name} está eliminado.`, tokens: "Tokens de la API", addToken: "Crear token", noTokens: "No hay tokens.", expires: "Caduca",
    noEnd: "nunca", lastUse: "Último uso", removeTokenOf: (name: string) => `¿Eliminar el token ${name}?`, removeTokenText: "Los programas que usan este token pierden el acceso.", valid: "Vale por",
    times: { "30d": "30 días", "90d": "90 días", "365d": "1 año", never: "Sin fin" }, tokenMade: "Su token nuevo", tokenOnce: "Cópielo ahora. No se muestra otra vez.", copy: "Copiar", copied: "Copiado.", roles: "Qué puede cada función",
    roleTexts: {
      viewer: "Ve dispositivos, sucesos, red y perfiles. No cambia nada.", operator: "Para la recepción: ve lo que ve un observador, admite dispositivos por un tiempo, los prolonga, los nombra y los bloquea.",
      admin: "Todo: ajustes, usuarios, tokens, correo, registro, capturas.",
    },
  },
  vouchers: {
    title: "Vales", create: "Crear vales", find: "Buscar por vale, nombre o perfil", state: "Estado", none: "No hay vales así.", voucher: "Vale", label: "Descripción", until: "Hasta", uses: "Dispositivos…", extend: "Prolongar…", revoke: "Revocar",
    more: (n: number) => `${plural(n, "vale más", "vales más")}; precise la búsqueda para verlos.`,
    states: { unused: "Sin usar", used: "En uso", over: "Caducado", revoked: "Revocado", used_up: "Datos agotados", not_yet: "Aún no válido" },
    count: "Cuántos", countHint: "De 1 a 1000.", time: "Válido desde el primer uso", timeHint: "Por ejemplo 8h o 7d. Vacío: hasta la fecha de abajo.", latest: "Válido hasta", dateHint: "Por ejemplo 2026-12-05T11:00, según el reloj de la pasarela.",
    devicesEach: "Dispositivos por vale", data: "Datos por vale", dataHint: "Por ejemplo 500M o 2G. Vacío: sin límite.", labelHint: "Opcional: sus palabras, por ejemplo el evento.", network: "Nombre de la red",
    networkHint: "Opcional: figura en la hoja.", paper: "Hoja para imprimir", noPaper: "Ninguna", made: "Sus códigos nuevos", once: "Imprímalos o guárdelos ahora. No se muestran de nuevo.", sheet: "Hoja para imprimir (HTML)",
    usesOf: (name: string) => `Dispositivos del vale ${name}`, extendOf: (name: string) => `Prolongar el vale ${name}`, longer: "Más tiempo", longerHint: "Por ejemplo 2h o 1d. Los dispositivos cuyo tiempo ha pasado vuelven a ser admitidos.",
    extended: (name: string) => `El vale ${name} está prolongado.`, revokeOf: (name: string) => `¿Revocar el vale ${name}?`, revokeText: "Su código deja de valer, y el acceso de sus dispositivos termina enseguida. No se puede deshacer.", revoked: (name: string) => `El vale ${name} está revocado.`,
  },
  rooms: {
    title: "Habitaciones", set: "Ocupar una habitación", none: "No hay habitaciones.", room: "Habitación", where: "Dónde vale el código", checkOut: "Salida", open: "Ocupada", over: "Terminada", change: "Cambiar…", checkIn: "Entrada…", end: "Salida",
    withTag: (tag: string) => `Etiqueta ${tag}`, usesOf: (name: string) => `Dispositivos de la habitación ${name}`, setOf: (name: string) => `Habitación ${name}`, codeOf: (name: string) => `Código de la habitación ${name}`, nameHint: "Hasta 32 letras, cifras, puntos, guiones o guiones bajos.",
    code: "Código", codeHint: "De 6 a 32 letras y cifras. Vacío: se crea uno, o se queda el actual.", saved: (name: string) => `La habitación ${name} está ocupada.`, endOf: (name: string) => `¿Terminar la estancia en la habitación ${name}?`,
    endText: "Su código deja de valer, y el acceso de sus dispositivos termina enseguida.", ended: (name: string) => `La estancia en la habitación ${name} ha terminado.`,
  },
  api: {
    intro: "Todo lo que hace esta consola lo pueden hacer los programas por la API. Pruebe aquí una operación con sus propios derechos; la orden curl hace lo mismo con un token.", document: "Documento OpenAPI", find: "Buscar una operación", other: "Otras",
    anyone: "Todos", body: "Contenido (JSON)", send: "Enviar", sendChange: "Enviar: cambia cosas", changes: "Esta es la pasarela real.", stream: "Esta operación responde con un flujo o un archivo. Use la orden curl.",
    licences: "Licencias de las bibliotecas", noJson: "El contenido no es JSON válido.", answer: (status: number) => `Respuesta (${status})`,
  },
  drops,
};
