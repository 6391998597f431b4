import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** JSSE as a server or a client: Peer server|client key=value... (host, port, name, root, store, protocols, suites, auth, leave, times). */
public final class Peer {
    private static final Map<String, String> OPTIONS = new HashMap<>();

    public static void main(String[] args) throws Exception {
        for (int i = 1; i < args.length; i++) {
            String[] pair = args[i].split("=", 2);
            OPTIONS.put(pair[0], pair[1]);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(), trust().getTrustManagers(), null);
        if (args[0].equals("server")) {
            serve(context);
        } else {
            for (int i = 0; i < Integer.parseInt(OPTIONS.getOrDefault("times", "1")); i++) {
                request(context);
            }
        }
    }

    private static KeyManager[] keys() throws Exception {
        if (!OPTIONS.containsKey("store")) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(OPTIONS.get("store")), "changeit".toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, "changeit".toCharArray());
        return factory.getKeyManagers();
    }

    private static TrustManagerFactory trust() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        if (!OPTIONS.get("root").isEmpty()) { // "root=": no trusted roots
            try (InputStream file = new FileInputStream(OPTIONS.get("root"))) {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                store.setCertificateEntry("root", factory.generateCertificate(file));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory;
    }

    private static void serve(SSLContext context) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(Integer.parseInt(OPTIONS.get("port")));
        if (OPTIONS.containsKey("protocols")) {
            listener.setEnabledProtocols(OPTIONS.get("protocols").split(","));
        }
        listener.setNeedClientAuth(OPTIONS.containsKey("auth"));
        while (true) {
            SSLSocket socket = (SSLSocket) listener.accept();
            new Thread(() -> {
                try (socket) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nhello\r\n".getBytes());
                } catch (Exception e) {
                    System.err.println(e);
                }
            }).start();
        }
    }

    private static void request(SSLContext context) {
        String host = OPTIONS.get("host");
        int port = Integer.parseInt(OPTIONS.get("port"));
        try (Socket raw = new Socket(host, port);
             SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, OPTIONS.get("name"), port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(java.util.List.of(new SNIHostName(OPTIONS.get("name"))));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            if (OPTIONS.containsKey("protocols")) {
                socket.setEnabledProtocols(OPTIONS.get("protocols").split(","));
            }
            if (OPTIONS.containsKey("suites")) {
                socket.setEnabledCipherSuites(OPTIONS.get("suites").split(","));
            }
            socket.startHandshake();
            OutputStream out = socket.getOutputStream();
            out.write(("GET / HTTP/1.0\r\nHost: " + OPTIONS.get("name") + "\r\n\r\n").getBytes());
            if (OPTIONS.containsKey("leave")) {
                socket.getInputStream().read(new byte[4096]);
                return;
            }
            System.out.println(socket.getInputStream().readAllBytes().length + " " + socket.getSession().getProtocol());
        } catch (Exception e) {
            System.err.println(e);
        }
    }
}
