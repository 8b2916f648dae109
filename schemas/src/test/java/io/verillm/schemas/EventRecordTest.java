package io.verillm.schemas;

import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EventRecordTest {
  /** In a class loader where nothing was loaded before, the codec least of all. */
  @Test
  void shouldBeTrustedFromTheFirstEventOn() throws Exception {
    try (URLClassLoader fresh =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Class.forName("io.verillm.events.VerdictMember", true, fresh);
      Class<?> part = fresh.loadClass("io.verillm.events.MemberRole");

      assertThatNoException()
          .isThrownBy(() ->
              fresh
                  .loadClass("org.apache.avro.util.ClassSecurityValidator")
                  .getMethod("validate", Class.class)
                  .invoke(null, part));
    }
  }

  private static URL[] classPath() throws Exception {
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
    URL[] urls = new URL[entries.length];
    for (int i = 0; i < entries.length; i++) {
      urls[i] = Path.of(entries[i]).toUri().toURL();
    }
    return urls;
  }
}
