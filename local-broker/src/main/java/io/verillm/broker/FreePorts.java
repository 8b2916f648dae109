package io.verillm.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Two different ports of the loopback address that were free a moment ago.
 *
 * @param client the port asked for, or a free one
 * @param controller always a free one
 */
record FreePorts(int client, int controller) {

  /**
   * Keeps {@code port} unless it is 0.
   *
   * @throws IOException if that port is taken: said here, before a broker has half started
   */
  static FreePorts choose(int port) throws IOException {
    try (ServerSocket client = bound(port);
        ServerSocket controller = bound(0)) {
      return new FreePorts(client.getLocalPort(), controller.getLocalPort());
    }
  }

  private static ServerSocket bound(int port) throws IOException {
    try {
      return new ServerSocket(port, 1, InetAddress.getByName(BrokerSettings.HOST));
    } catch (BindException e) {
      throw new IOException("port " + port + " of " + BrokerSettings.HOST + " is taken", e);
    }
  }
}
