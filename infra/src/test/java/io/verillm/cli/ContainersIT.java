package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import io.verillm.cli.Program.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Every program in a container of its own, broker and CPU workers among them, from the images that
 * infra/images makes: {@code -Dverillm.image=name:tag -Dverillm.kafka.image=name:tag}.
 */
class ContainersIT extends DeploymentScenario {
  private static final Optional<String> IMAGE =
      Optional.ofNullable(System.getProperty("verillm.image"));
  private static final String KAFKA =
      System.getProperty("verillm.kafka.image", "apache/kafka:4.3.1");
  private static final String BROKER = "broker:19092";
  private static final String MOUNTED = "/deployment";

  /** The image's user, who must own what is mounted. */
  private static final int USER = 65_532;

  private static final Duration STOP = Duration.ofSeconds(60);

  private final Map<String, GenericContainer<?>> started = new LinkedHashMap<>();
  @TempDir private Path directory;
  private Network network;
  private KafkaContainer broker;

  @BeforeEach
  void startBroker() {
    boolean ready = IMAGE.isPresent() && DockerClientFactory.instance().isDockerAvailable();
    if (!ready) {
      System.out.println("ContainersIT skipped: no Docker engine, or no -Dverillm.image");
    }
    Assumptions.assumeTrue(ready, "skipped: no Docker engine, or no image");
    network = Network.newNetwork();
    broker =
        new KafkaContainer(DockerImageName.parse(KAFKA).asCompatibleSubstituteFor("apache/kafka"))
            .withNetwork(network)
            .withNetworkAliases("broker")
            .withListener(BROKER)
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", "16777216")
            .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", "16777216");
    broker.start();
  }

  @AfterEach
  void stopAll() {
    started.values().forEach(GenericContainer::stop);
    if (broker != null) {
      broker.stop();
      network.close();
    }
  }

  @Override
  String bootstrap() {
    return broker.getBootstrapServers();
  }

  @Override
  Run run(String... arguments) throws Exception {
    return Program.launcher(directory, Map.of("VERILLM_BOOTSTRAP", bootstrap()))
        .run(PATIENCE.toSeconds(), arguments);
  }

  @Override
  void start(String name, String... arguments) throws Exception {
    own(directory);
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(IMAGE.orElseThrow()))
            .withNetwork(network)
            .withEnv("VERILLM_BOOTSTRAP", BROKER)
            .withEnv("JAVA_TOOL_OPTIONS", "-Xmx256m -XX:TieredStopAtLevel=1")
            // Testcontainers' own way first pulls an image to see whether mounting works.
            .withCreateContainerCmdModifier(create ->
                create
                    .getHostConfig()
                    .withBinds(Bind.parse(directory + ":" + MOUNTED))
                    // As Terraform's module ecs-program runs it: /tmp and /state are the image's
                    // volumes.
                    .withReadonlyRootfs(true)
                    .withCapDrop(Capability.ALL))
            .withCommand(arguments);
    started.put(name, container);
    container.start();
  }

  /** Made by the operator's commands, who may be another user here. */
  private static void own(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.setAttribute(file, "unix:uid", USER);
      }
    }
  }

  @Override
  String said(String name) {
    return started.get(name).getLogs();
  }

  @Override
  boolean isRunning(String name) {
    return started.get(name).isRunning();
  }

  @Override
  void stop(String name) {
    GenericContainer<?> container = started.get(name);
    container
        .getDockerClient()
        .stopContainerCmd(container.getContainerId())
        .withTimeout((int) STOP.toSeconds())
        .exec();
    Long status = container.getCurrentContainerInfo().getState().getExitCodeLong();
    // 137 would be a program that did not stop by itself.
    assertThat(List.of(0L, 143L)).as(said(name)).contains(status);
  }

  @Override
  String folder(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  String mounted(String name) {
    return MOUNTED + "/" + name;
  }
}
