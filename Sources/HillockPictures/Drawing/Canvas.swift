#if Pictures
  import CCairo
  import Foundation
  import Hillock

  /// A sheet of Cairo's, in points (1/72 inch) from the upper left.
  final class Canvas {
    enum Format {
      case png(dotsPerInch: Double)
      case svg
    }

    /// In points.
    let size: (width: Double, height: Double)
    private let surface: OpaquePointer, context: OpaquePointer
    private let format: Format
    private let sink: Sink

    /// Where Cairo writes.
    private final class Sink {
      var bytes: [UInt8] = []
      var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

      static let write: cairo_write_func_t = { sink, data, length in
        guard let sink, let data else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes.append(
          contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
        return CAIRO_STATUS_SUCCESS
      }
    }

    /// - Throws: an `argument` error for a size without area or beyond what Cairo can draw.
    init(width: Double, height: Double, _ format: Format) throws(HillockError) {
      self.format = format
      size = (width, height)
      sink = Sink()
      guard width > 0, height > 0, width < 1e6, height < 1e6 else {
        throw HillockError(
          .argument, "a picture has a width and a height above 0, and below 350 m; not \(width) × \(height) points")
      }
      let surface: OpaquePointer?
      switch format {
      case .png(let dotsPerInch):
        let scale = dotsPerInch / 72, pixels = ((width * scale).rounded(), (height * scale).rounded())
        guard pixels.0 >= 1, pixels.1 >= 1, pixels.0 <= 32_767, pixels.1 <= 32_767 else {
          throw HillockError(
            .argument,
            "a picture has 1 to 32767 pixels a side, not \(pixels.0) × \(pixels.1); give other centimetres or dots per inch")
        }
        surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(pixels.0), Int32(pixels.1))
        cairo_surface_set_device_scale(surface, pixels.0 / width, pixels.1 / height)
      case .svg:
        surface = cairo_svg_surface_create_for_stream(Sink.write, sink.pointer, width, height)
      }
      guard let surface, let context = cairo_create(surface) else {
        throw HillockError(.system, "there is no memory for a picture of \(width) × \(height) points")
      }
      (self.surface, self.context) = (surface, context)
      try check(cairo_surface_status(surface))
      cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
      fill(Rectangle(x: 0, y: 0, width: width, height: height), .white)
    }

    deinit {
      cairo_destroy(context)
      // An SVG surface writes its end, for which the sink is still there.
      cairo_surface_finish(surface)
      cairo_surface_destroy(surface)
    }

    /// The file's bytes, when all is drawn.
    func finish() throws(HillockError) -> [UInt8] {
      try check(cairo_status(context))
      switch format {
      case .png: try check(cairo_surface_write_to_png_stream(surface, Sink.write, sink.pointer))
      case .svg: cairo_surface_finish(surface)
      }
      try check(cairo_surface_status(surface))
      return sink.bytes
    }

    /// Whether it keeps shapes, not pixels.
    var isVector: Bool { if case .svg = format { true } else { false } }

    /// How fine images in it need to be.
    var pixelsPerPoint: Double {
      switch format {
      case .png(let dotsPerInch): dotsPerInch / 72
      case .svg: 4
      }
    }

    private func check(_ status: cairo_status_t) throws(HillockError) {
      guard status == CAIRO_STATUS_SUCCESS else {
        throw HillockError(.system, "Cairo could not draw the picture: \(String(cString: cairo_status_to_string(status)))")
      }
    }

    // MARK: What can be drawn

    private func set(_ color: Color) { cairo_set_source_rgba(context, color.red, color.green, color.blue, color.opacity) }

    func fill(_ area: Rectangle, _ color: Color) { fill([area], color) }

    /// Fills rectangles, some hundreds at a time: Cairo's time for one path grows faster than its length.
    func fill(_ areas: [Rectangle], _ color: Color) {
      set(color)
      for start in stride(from: 0, to: areas.count, by: 256) {
        for area in areas[start..<min(start + 256, areas.count)] {
          cairo_rectangle(context, area.x, area.y, area.width, area.height)
        }
        cairo_fill(context)
      }
    }

    /// A line through points; those that are not finite leave a gap.
    func stroke(_ points: [Point], _ color: Color, width: Double, dashes: [Double] = []) {
      set(color)
      cairo_set_line_width(context, width)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_dash(context, dashes, Int32(dashes.count), 0)
      var isDown = false
      for point in points {
        guard point.x.isFinite, point.y.isFinite else {
          isDown = false
          continue
        }
        if isDown { cairo_line_to(context, point.x, point.y) } else { cairo_move_to(context, point.x, point.y) }
        isDown = true
      }
      cairo_stroke(context)
      cairo_set_dash(context, [], 0, 0)
    }

    func fill(polygon points: [Point], _ color: Color) {
      guard let first = points.first else { return }
      set(color)
      cairo_move_to(context, first.x, first.y)
      for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
      cairo_close_path(context)
      cairo_fill(context)
    }

    func fill(circles centres: [Point], radius: Double, _ color: Color) {
      set(color)
      for centre in centres {
        cairo_new_sub_path(context)
        cairo_arc(context, centre.x, centre.y, radius, 0, 2 * Double.pi)
        cairo_fill(context)
      }
    }

    /// From here to `restore()`, only what lies inside the area is drawn.
    func save(clip area: Rectangle) {
      cairo_save(context)
      cairo_rectangle(context, area.x, area.y, area.width, area.height)
      cairo_clip(context)
    }

    func restore() { cairo_restore(context) }

    /// An image of pixels, row by row from the top, over an area. Pixels stay squares with sharp edges.
    func paint(_ pixels: [UInt32], columns: Int, over area: Rectangle) throws(HillockError) {
      guard columns > 0, !pixels.isEmpty else { return }
      let rows = pixels.count / columns
      guard let image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(columns), Int32(rows)) else { return }
      defer { cairo_surface_destroy(image) }
      try check(cairo_surface_status(image))
      cairo_surface_flush(image)
      let stride = Int(cairo_image_surface_get_stride(image))
      guard let data = cairo_image_surface_get_data(image) else { return }
      for row in 0..<rows {
        pixels.withUnsafeBytes { from in
          UnsafeMutableRawPointer(data + row * stride).copyMemory(
            from: from.baseAddress! + row * columns * 4, byteCount: columns * 4)
        }
      }
      cairo_surface_mark_dirty(image)
      cairo_save(context)
      defer { cairo_restore(context) }
      cairo_translate(context, area.x, area.y)
      cairo_scale(context, area.width / Double(columns), area.height / Double(rows))
      cairo_set_source_surface(context, image, 0, 0)
      cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
      cairo_paint(context)
    }

    // MARK: Text

    enum Alignment: Double {
      case start = 0
      case middle = 0.5
      case end = 1
    }

    func width(of text: String, size: Double, isBold: Bool = false) -> Double {
      setFont(size, isBold)
      var extents = cairo_text_extents_t()
      cairo_text_extents(context, text, &extents)
      return extents.x_advance
    }

    /// Text whose baseline passes through the point; with `isUpright`, from the bottom to the top.
    func text(
      _ text: String, at point: Point, size: Double, _ alignment: Alignment = .start, isBold: Bool = false,
      isUpright: Bool = false,
      _ color: Color = .black
    ) {
      let shift = -alignment.rawValue * width(of: text, size: size, isBold: isBold)
      set(color)
      cairo_save(context)
      cairo_translate(context, point.x, point.y)
      if isUpright { cairo_rotate(context, -Double.pi / 2) }
      cairo_move_to(context, shift, 0)
      cairo_show_text(context, text)
      cairo_restore(context)
    }

    private func setFont(_ size: Double, _ isBold: Bool) {
      let weight = isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL
      cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, weight)
      cairo_set_font_size(context, size)
    }
  }

  struct Point: Hashable {
    var x: Double, y: Double
  }

  struct Rectangle: Hashable {
    var x: Double, y: Double, width: Double, height: Double
    var right: Double { x + width }
    var bottom: Double { y + height }
  }
#endif
