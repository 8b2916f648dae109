package io.verillm.cli;

import io.verillm.gpu.calibration.CalibrationReport;
import io.verillm.gpu.calibration.Roc;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A report's ROC curves as {@code roc.csv} and one picture for each statistic. */
final class RocFiles {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 560;
  private static final int TICK_PIXELS = 60;

  private final Path folder;

  RocFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the files.
   *
   * @return what was written
   * @throws IOException if a file cannot be written
   */
  List<Path> write(CalibrationReport report) throws IOException {
    List<Path> written = new ArrayList<>();
    written.add(Files.write(folder.resolve("roc.csv"), csv(report.rocs())));
    Map<String, List<Roc>> byStatistic = new LinkedHashMap<>();
    report
        .rocs()
        .forEach(
            roc -> byStatistic.computeIfAbsent(roc.statistic(), any -> new ArrayList<>()).add(roc));
    System.setProperty("java.awt.headless", "true");
    for (Map.Entry<String, List<Roc>> entry : byStatistic.entrySet()) {
      Path file = folder.resolve("roc-" + entry.getKey().replace(' ', '-') + ".png");
      BitmapEncoder.saveBitmap(
          chart(entry.getKey(), entry.getValue()), file.toString(), BitmapEncoder.BitmapFormat.PNG);
      written.add(file);
    }
    return written;
  }

  private static List<String> csv(List<Roc> rocs) {
    List<String> lines = new ArrayList<>(List.of("statistic,cheat,limit,false_alarms,found"));
    for (Roc roc : rocs) {
      for (Roc.Point point : roc.points()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%s,%s,%d,%.6f,%.6f",
                roc.statistic(),
                roc.cheat(),
                point.limit(),
                point.falseAlarms(),
                point.found()));
      }
    }
    return lines;
  }

  private static XYChart chart(String statistic, List<Roc> rocs) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(statistic)
            .xAxisTitle("honest work above the limit")
            .yAxisTitle("cheats above the limit")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisTickMarkSpacingHint(TICK_PIXELS);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    for (Roc roc : rocs) {
      XYSeries series =
          chart.addSeries(
              String.format(Locale.ROOT, "%s, area %.4f", roc.cheat(), roc.area()),
              roc.points().stream().mapToDouble(Roc.Point::falseAlarms).toArray(),
              roc.points().stream().mapToDouble(Roc.Point::found).toArray());
      series.setMarker(SeriesMarkers.NONE);
    }
    return chart;
  }
}
